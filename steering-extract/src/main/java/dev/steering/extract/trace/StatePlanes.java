package dev.steering.extract.trace;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.vector.ContrastSet;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.Capture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the prompts of two classes lie at some layers: the first two principal components of the states of the last prompt token, of each
 * layer by itself. Stateless and thread-safe.
 */
public final class StatePlanes {
    private StatePlanes() {}

    /**
     * A prompt.
     *
     * @param first its first component
     * @param second its second component
     * @param harmful its class
     */
    public record Place(double first, double second, boolean harmful) {}

    /**
     * A layer.
     *
     * @param layer which
     * @param share of the variance that the two components have, 0..1
     * @param places the prompts, harmful ones first
     */
    public record Plane(int layer, double share, List<Place> places) {
        public Plane {
            places = List.copyOf(places);
        }
    }

    /**
     * @param model the model
     * @param prompts prompts of both classes
     * @param layers layers to look at
     * @param progress told how many prompts are done
     * @return a plane for each layer, in their order
     * @throws BadRequest if a layer does not exist, or there are fewer than three prompts
     */
    public static List<Plane> of(
            ChatModel model, ContrastSet prompts, List<Integer> layers, ProgressListener progress) {
        for (int layer : layers) {
            if (layer < 0 || layer >= model.manifest().layers()) {
                throw new BadRequest("There is no layer " + layer + ": the model has 0 to "
                        + (model.manifest().layers() - 1) + ".");
            }
        }
        List<int[]> tokens = Stream.concat(prompts.harmful().stream(), prompts.harmless().stream())
                .map(model::encode)
                .toList();
        int harmful = prompts.harmful().size();
        if (tokens.size() < 3) {
            throw new BadRequest("Principal components need at least three prompts, found " + tokens.size() + ".");
        }
        float[][][] states = new float[layers.size()][tokens.size()][];
        List<List<Capture>> captures = tokens.stream()
                .map(prompt -> List.of(Capture.token(prompt.length - 1)))
                .toList();
        ActivationReader.of(model.model())
                .withProgress(progress)
                .read("planes of layers", tokens, captures, (prompt, captured) -> {
                    for (int i = 0; i < layers.size(); i++) {
                        states[i][prompt] = captured[0][layers.get(i)];
                    }
                });
        List<Plane> planes = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            PrincipalPlane plane = PrincipalPlane.of(states[i]);
            List<Place> places = new ArrayList<>();
            for (int p = 0; p < tokens.size(); p++) {
                places.add(new Place(plane.first()[p], plane.second()[p], p < harmful));
            }
            planes.add(new Plane(layers.get(i), plane.share(), places));
        }
        return Collections.unmodifiableList(planes);
    }
}
