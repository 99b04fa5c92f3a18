package dev.steering.export.check;

import dev.steering.model.decode.Logits;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows greedy continuations that another implementation wrote, with a cache or from the beginning for every token, and sees
 * where the model itself would have gone on otherwise. Nothing differs exactly if the model writes the same text by itself; and
 * after a difference the comparison stays one of the same contexts.
 */
final class GreedyDecoder {
    private final LanguageModel model;

    GreedyDecoder(LanguageModel model) {
        this.model = model;
    }

    /**
     * How one continuation compares.
     *
     * @param different tokens that are not the model's own choice
     * @param margin the most by which its own choice was better, in units of the largest logit where that exceeds 1
     */
    record Agreement(int different, double margin) {
        static final Agreement FULL = new Agreement(0, 0);

        private Agreement with(float[] logits, int token) {
            int best = Logits.argmax(logits);
            double scale = 1;
            for (float logit : logits) {
                scale = Math.max(scale, Math.abs(logit));
            }
            double above = ((double) logits[best] - logits[token]) / scale;
            return new Agreement(different + (best == token ? 0 : 1), Math.max(margin, above));
        }
    }

    /**
     * @param prompts one per row
     * @param continuations one per row, all of one length
     */
    List<Agreement> cached(List<int[]> prompts, List<int[]> continuations, @Nullable PassSteering steering) {
        int count = continuations.get(0).length;
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElse(0);
        List<Agreement> all = start(prompts);
        try (KeyValueCache cache = model.newCache(prompts.size(), longest + count)) {
            List<int[]> next = prompts;
            for (int step = 0; step < count; step++) {
                compare(all, model.forward(last(next, steering), cache), continuations, step);
                int at = step;
                next = continuations.stream().map(c -> new int[] {c[at]}).toList();
            }
        }
        return all;
    }

    /** The same without a cache. */
    List<Agreement> uncached(List<int[]> prompts, List<int[]> continuations, @Nullable PassSteering steering) {
        List<Agreement> all = start(prompts);
        for (int step = 0; step < continuations.get(0).length; step++) {
            List<int[]> texts = new ArrayList<>();
            for (int row = 0; row < prompts.size(); row++) {
                texts.add(join(prompts.get(row), continuations.get(row), step));
            }
            compare(all, model.forward(last(texts, steering)), continuations, step);
        }
        return all;
    }

    private static List<Agreement> start(List<int[]> prompts) {
        return new ArrayList<>(prompts.stream().map(p -> Agreement.FULL).toList());
    }

    private static ForwardRequest last(List<int[]> tokens, @Nullable PassSteering steering) {
        return ForwardRequest.of(tokens).withSteering(steering).withLastLogits();
    }

    private static void compare(List<Agreement> all, ForwardResult result, List<int[]> continuations, int step) {
        for (int row = 0; row < all.size(); row++) {
            all.set(row, all.get(row).with(result.logits(row, 0), continuations.get(row)[step]));
        }
    }

    private static int[] join(int[] prompt, int[] continuation, int count) {
        int[] text = Arrays.copyOf(prompt, prompt.length + count);
        System.arraycopy(continuation, 0, text, prompt.length, count);
        return text;
    }
}
