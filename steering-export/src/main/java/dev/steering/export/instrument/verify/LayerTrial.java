package dev.steering.export.instrument.verify;

import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shows by running that points lie between layers and not a layer off: what a push cannot show, since it moves any place that all data
 * passes. Point 0 is made of its own token alone, whatever operators the layers are made of; every layer takes from other
 * tokens; and behind the last point nothing does.
 */
public final class LayerTrial {
    private static final int WIDTH = 7;
    private static final long SEED = 20261128;

    private final LanguageModel model;
    private final Tolerance tolerance;
    private final int[] tokens;

    public LayerTrial(LanguageModel model, Tolerance tolerance) {
        this.model = model;
        this.tolerance = tolerance;
        this.tokens = SelfCheck.tokens(model.manifest().vocabulary(), WIDTH, 0);
    }

    /**
     * @throws SteeringException saying which rule failed
     */
    public void run() {
        ForwardResult before = run(tokens, null);
        requireEmbedding(before);
        int layers = model.manifest().layers();
        for (int point = 0; point <= layers; point++) {
            ForwardResult pushed = run(tokens, push(point, before.captured(0, point, 0)));
            if (point < layers) {
                requireMixes(point, before, pushed);
            } else {
                requireNoMoreLayers(before, pushed);
            }
        }
    }

    private void requireEmbedding(ForwardResult before) {
        int[] other = tokens.clone();
        other[0] = (other[0] + 1) % model.manifest().vocabulary();
        ForwardResult changed = run(other, null);
        for (int i = 1; i < WIDTH; i++) {
            tolerance.require(
                    "point 0 depends on earlier tokens, so that a layer lies before it (rule: point 0 is the embedding)",
                    before.captured(0, 0, i),
                    changed.captured(0, 0, i));
        }
    }

    private void requireMixes(int layer, ForwardResult before, ForwardResult pushed) {
        for (int i = 1; i < WIDTH; i++) {
            if (tolerance.differs(before.captured(0, layer + 1, i), pushed.captured(0, layer + 1, i))) {
                return;
            }
        }
        throw new BadFile("what the data flow shows to be layer " + layer
                + " takes nothing from other tokens (rule: every layer mixes tokens)");
    }

    private void requireNoMoreLayers(ForwardResult before, ForwardResult pushed) {
        for (int i = 1; i < WIDTH; i++) {
            tolerance.require(
                    "behind the last point logits depend on the stream of earlier tokens, so that a layer lies there"
                            + " (rule: only the final norm and the vocabulary head follow the last point)",
                    before.logits(0, i),
                    pushed.logits(0, i));
        }
    }

    /** Moves the first token, by about as much as its stream is large. */
    private PassSteering push(int point, float[] stream) {
        double square = 0;
        for (float value : stream) {
            square += (double) value * value;
        }
        double size = Math.max(1e-3, Math.sqrt(square / stream.length));
        Random random = new Random(SEED + point);
        float[][] directions = new float[model.manifest().points()][stream.length];
        for (int i = 0; i < stream.length; i++) {
            directions[point][i] = (float) (random.nextGaussian() * size);
        }
        Schedule first = (position, direction) -> position == 0 ? 1 : 0;
        return PassSteering.adding(DirectionSet.of(directions), List.of(first));
    }

    private ForwardResult run(int[] row, @Nullable PassSteering steering) {
        List<Capture> captures =
                IntStream.range(0, WIDTH).mapToObj(Capture::token).toList();
        return model.forward(ForwardRequest.of(List.of(row))
                .withSteering(steering)
                .withCaptures(List.of(captures))
                .withLogits(List.of(IntStream.range(0, WIDTH).toArray())));
    }
}
