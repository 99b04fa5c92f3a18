package dev.steering.bench.workload;

import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.DirectionSet;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import dev.steering.model.pass.Schedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What steering with coefficients of zero changes: nothing, in a graph that is right. Two rows read a prompt and then one token
 * each, and logits and activations are compared with those of the unsteered model.
 *
 * @param values logits and activations that were compared; 0 if the model's context is too short for that
 * @param differing those that are not the same to the last bit
 * @param largest largest difference; NaN if there is one
 */
public record ZeroSteering(long values, long differing, double largest) {
    private static final int ROWS = 2;
    private static final int PROMPT = 8;

    /** Tokens that a model's context must have room for. */
    private static final int CONTEXT = PROMPT + 1;

    /**
     * Directions at every layer with the coefficient 0: for both rows, and for the first beside a second that is steered.
     *
     * @param model any model
     * @return what was found
     */
    public static ZeroSteering adding(LanguageModel model) {
        DirectionSet directions = new SyntheticInput(model.manifest()).directions();
        Schedule zero = Schedule.everywhere(0f);
        return compared(model, PassSteering.adding(directions, List.of(zero)), ROWS)
                .plus(compared(model, PassSteering.adding(directions, List.of(zero, Schedule.everywhere(1f))), 1));
    }

    /**
     * The same directions removed from both rows with the coefficient 0, by the graph that can do that.
     *
     * @param model any model; its second graph is loaded and stays so until it is closed
     * @return what was found
     */
    public static ZeroSteering projecting(LanguageModel model) {
        DirectionSet directions = new SyntheticInput(model.manifest()).directions();
        return compared(model, PassSteering.projectingOut(directions, true, List.of(Schedule.everywhere(0f))), ROWS);
    }

    private ZeroSteering plus(ZeroSteering other) {
        return new ZeroSteering(values + other.values, differing + other.differing, Math.max(largest, other.largest));
    }

    /** The first rows of the steered model beside those of the unsteered one. */
    private static ZeroSteering compared(LanguageModel model, PassSteering steering, int rows) {
        if (model.manifest().context() < CONTEXT) {
            return new ZeroSteering(0, 0, 0);
        }
        SyntheticInput input = new SyntheticInput(model.manifest());
        List<List<int[]>> passes = List.of(input.rows(ROWS, PROMPT), input.rows(ROWS, 1));
        List<float[]> unsteered = run(model, passes, null, rows);
        List<float[]> steered = run(model, passes, steering, rows);
        long values = 0;
        long differing = 0;
        double largest = 0;
        for (int i = 0; i < unsteered.size(); i++) {
            for (int j = 0; j < unsteered.get(i).length; j++) {
                float a = unsteered.get(i)[j];
                float b = steered.get(i)[j];
                values++;
                differing += Float.floatToRawIntBits(a) == Float.floatToRawIntBits(b) ? 0 : 1;
                largest = Math.max(largest, Math.abs(a - b));
            }
        }
        return new ZeroSteering(values, differing, largest);
    }

    private static List<float[]> run(
            LanguageModel model, List<List<int[]>> passes, @Nullable PassSteering steering, int rows) {
        List<float[]> all = new ArrayList<>();
        try (KeyValueCache cache = model.newCache(ROWS, CONTEXT)) {
            for (List<int[]> tokens : passes) {
                int last = tokens.get(0).length - 1;
                ForwardResult result = model.forward(
                        ForwardRequest.of(tokens)
                                .withSteering(steering)
                                .withCaptures(Collections.nCopies(ROWS, List.of(Capture.token(last))))
                                .withLastLogits(),
                        cache);
                for (int row = 0; row < rows; row++) {
                    int current = row;
                    float[] logits = new float[model.manifest().vocabulary()];
                    result.logits(row, 0, logits);
                    all.add(logits);
                    IntStream.range(0, model.manifest().points())
                            .mapToObj(point -> result.captured(current, point, 0))
                            .forEach(all::add);
                }
            }
        }
        return all;
    }
}
