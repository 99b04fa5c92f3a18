package dev.steering.bench.workload;

import dev.steering.core.runtime.Capture;
import dev.steering.core.runtime.DirectionSet;
import dev.steering.core.runtime.ForwardRequest;
import dev.steering.core.runtime.ForwardResult;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.LanguageModel;
import dev.steering.core.runtime.Schedule;
import dev.steering.core.runtime.Steering;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What steering with coefficients of zero changes: nothing, in a graph that is right. Two rows read a prompt and then one token
 * each, once unsteered and once with a direction at every layer and the coefficient 0; logits and activations are compared.
 *
 * @param values logits and activations that were compared
 * @param differing those that are not the same to the last bit
 * @param largest largest difference; NaN if there is one
 */
public record ZeroSteering(long values, long differing, double largest) {
    private static final int ROWS = 2;
    private static final int PROMPT = 8;

    /** Tokens that a model's context must have room for. */
    private static final int CONTEXT = PROMPT + 1;

    /**
     * @param model any model
     * @return what was found; nothing is compared if the model's context is shorter than the prompt
     */
    public static ZeroSteering of(LanguageModel model) {
        if (model.manifest().context() < CONTEXT) {
            return new ZeroSteering(0, 0, 0);
        }
        SyntheticInput input = new SyntheticInput(model.manifest());
        List<List<int[]>> passes = List.of(input.rows(ROWS, PROMPT), input.rows(ROWS, 1));
        DirectionSet directions = input.directions();
        Steering zero = Steering.adding(directions, List.of(Schedule.everywhere(0f)));
        List<float[]> unsteered = run(model, passes, null);
        List<float[]> steered = run(model, passes, zero);
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

    private static List<float[]> run(LanguageModel model, List<List<int[]>> passes, @Nullable Steering steering) {
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
                for (int row = 0; row < ROWS; row++) {
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
