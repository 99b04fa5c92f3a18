package dev.steering.apply.adasteer;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodArguments.NamedVector;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.plan.VectorReference;
import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerReads;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.DirectionSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** {@link AdaSteer}: what can be said about it, and what it is otherwise. */
public final class AdaSteerDefinition implements MethodDefinition {
    /** How the first direction's strength follows from the position. */
    public static final MethodOption<Law> REJECTION_LAW = MethodOption.of(
                    "rejection-law",
                    Law.class,
                    "how the strength follows from a prompt's position (0 at the mean of the vector's harmful prompts, 100 at that"
                            + " of the others): layer:slope,zero,least,most, or a model's published one ("
                            + Law.models()
                            + "); default: ours, by what is missing to 100 at the layer that separates best")
            .readBy(Law::rejection);

    /** The second direction. */
    public static final MethodOption<NamedVector> HARM_VECTOR = MethodOption.of(
                    "harm-vector",
                    NamedVector.class,
                    "vector file of AdaSteer's second direction, of this model; default: none")
            .readFrom(file -> new NamedVector(VectorFiles.read(file), file.toString()));

    /** How the second direction's strength follows from the position. */
    public static final MethodOption<Law> HARM_LAW = MethodOption.of(
                    "harm-law",
                    Law.class,
                    "the same for the second direction: layer:slope,zero,least,most, or a model's published one; needed with"
                            + " a harm-vector")
            .readBy(Law::harm);

    /** What all strengths are multiplied with. */
    public static final MethodOption<Double> STRENGTH = MethodOption.number(
            "adasteer-strength", "what AdaSteer's strengths are multiplied with, a finite number; default: 1");

    @Override
    public String name() {
        return AdaSteer.NAME;
    }

    @Override
    public String words() {
        return "prompts moved by where they lie between two classes";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(MethodArguments.VECTOR, MethodArguments.LAYERS, REJECTION_LAW, HARM_VECTOR, HARM_LAW, STRENGTH);
    }

    @Override
    public List<MethodOption<?>> required() {
        return List.of(MethodArguments.VECTOR);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return STRENGTH;
    }

    /** Around what the laws say. */
    @Override
    public List<Double> strengths(MethodArguments arguments) {
        return List.of(0.5, 0.75, 1.0, 1.25, 1.5, 2.0);
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        SteeringVector vector = arguments.requireVector(AdaSteer.NAME).vector();
        TargetModel target = TargetModel.of(model.manifest());
        String unused = target.requireFits(vector, ModelCheck.ANY_MODEL);
        List<Integer> said = arguments.layers();
        List<Integer> layers = said != null
                ? said
                : IntStream.range(0, vector.layers()).boxed().toList();
        Law law = arguments.get(REJECTION_LAW);
        List<AdaSteer.Part> parts = new ArrayList<>();
        parts.add(part(vector, law == null ? ours(vector, layers.size()) : law));
        List<float[][]> directions = new ArrayList<>();
        directions.add(points(vector.directions(), layers));
        List<ExtractionPrompts> prompts = new ArrayList<>();
        addPrompts(prompts, vector);
        NamedVector second = arguments.get(HARM_VECTOR);
        Law secondLaw = arguments.get(HARM_LAW);
        if ((second == null) != (secondLaw == null)) {
            throw new BadRequest("The method adasteer needs a harm-vector and its harm-law, or neither of them.");
        }
        if (second != null && secondLaw != null) {
            unused = target.requireFits(second.vector(), ModelCheck.ANY_MODEL);
            parts.add(part(second.vector(), secondLaw));
            directions.add(points(projected(second.vector().directions(), vector.directions()), layers));
            addPrompts(prompts, second.vector());
        }
        return new AdaSteer(
                parts,
                DirectionSet.of(directions.toArray(float[][][]::new)),
                Require.finite("AdaSteer's strength", arguments.get(STRENGTH, 1.0)),
                layers,
                prompts);
    }

    private static void addPrompts(List<ExtractionPrompts> all, SteeringVector vector) {
        ExtractionPrompts own = vector.prompts();
        if (own != null) {
            all.add(own);
        }
    }

    private static AdaSteer.Part part(SteeringVector vector, Law law) {
        LayerReads reads = vector.reads();
        if (reads == null) {
            throw new BadRequest(
                    "The method adasteer needs vectors that have positions, and this one has none. Extract one"
                            + " by the method adasteer.");
        }
        requireLayer(law.layer(), vector.layers());
        return new AdaSteer.Part(VectorReference.fingerprint(vector), reads, law);
    }

    /** A prompt is moved by what is missing to the second class's mean, at most from the first one's; the layers share it. */
    private static Law ours(SteeringVector vector, int layers) {
        int best = vector.requireStatistics().stream()
                .max(Comparator.comparingDouble(LayerStatistics::separability))
                .orElseThrow()
                .layer();
        return new Law(best, 0.01 / layers, 100, -1.0 / layers, 0);
    }

    private static void requireLayer(int layer, int count) {
        if (layer < 0 || layer >= count) {
            throw new BadRequest("Layer " + layer + " is out of range: the model has layers 0 to " + (count - 1) + ".");
        }
    }

    private static float[][] points(LayerMatrix directions, List<Integer> layers) {
        float[][] points = new float[directions.layers() + 1][directions.hidden()];
        for (int layer : layers) {
            requireLayer(layer, directions.layers());
            points[layer + 1] = directions.row(layer);
        }
        return points;
    }

    /** What of each direction lies along the other matrix's; nothing where that is zero. */
    private static LayerMatrix projected(LayerMatrix directions, LayerMatrix on) {
        float[][] rows = new float[on.layers()][on.hidden()];
        for (int l = 0; l < rows.length; l++) {
            float[] w = directions.row(l);
            float[] r = on.row(l);
            double dot = 0;
            double square = 0;
            for (int i = 0; i < r.length; i++) {
                dot += (double) w[i] * r[i];
                square += (double) r[i] * r[i];
            }
            for (int i = 0; i < r.length && square > 0; i++) {
                rows[l][i] = (float) (dot / square * r[i]);
            }
        }
        return LayerMatrix.of(rows);
    }
}
