package dev.steering.apply.testing;

import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reads the residual stream of prompts and what is written after them, at every point. */
public final class StateReader {
    private StateReader() {}

    /** {@code [row][position][point][hidden]}, in one pass or through a cache, token by token. */
    public static float[][][][] read(
            LanguageModel model, List<int[]> prompts, int[] written, boolean cached, @Nullable PassSteering steering) {
        List<List<float[][]>> states = new ArrayList<>();
        prompts.forEach(prompt -> states.add(new ArrayList<>()));
        if (!cached) {
            List<int[]> rows =
                    prompts.stream().map(prompt -> joined(prompt, written)).toList();
            append(states, rows, model.forward(request(rows, steering)), model);
        } else {
            try (KeyValueCache cache = model.newCache(prompts.size(), 32)) {
                append(states, prompts, model.forward(request(prompts, steering), cache), model);
                for (int token : written) {
                    List<int[]> next = Collections.nCopies(prompts.size(), new int[] {token});
                    append(states, next, model.forward(request(next, steering), cache), model);
                }
            }
        }
        return states.stream().map(row -> row.toArray(float[][][]::new)).toArray(float[][][][]::new);
    }

    /** Captures must be equally many per row: shorter rows repeat their last token, which is left out again. */
    private static ForwardRequest request(List<int[]> rows, @Nullable PassSteering steering) {
        int width = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        List<List<Capture>> captures = rows.stream()
                .map(row -> IntStream.range(0, width)
                        .mapToObj(i -> Capture.token(Math.min(i, row.length - 1)))
                        .toList())
                .toList();
        return ForwardRequest.of(rows).withCaptures(captures).withSteering(steering);
    }

    private static void append(
            List<List<float[][]>> states, List<int[]> rows, ForwardResult result, LanguageModel model) {
        for (int row = 0; row < rows.size(); row++) {
            for (int i = 0; i < rows.get(row).length; i++) {
                float[][] points = new float[model.manifest().points()][];
                for (int p = 0; p < points.length; p++) {
                    points[p] = result.captured(row, p, i);
                }
                states.get(row).add(points);
            }
        }
    }

    private static int[] joined(int[] prompt, int[] written) {
        int[] both = Arrays.copyOf(prompt, prompt.length + written.length);
        System.arraycopy(written, 0, both, prompt.length, written.length);
        return both;
    }
}
