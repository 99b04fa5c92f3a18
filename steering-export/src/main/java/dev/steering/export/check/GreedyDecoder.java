package dev.steering.export.check;

import dev.steering.core.generation.Logits;
import dev.steering.core.runtime.ForwardRequest;
import dev.steering.core.runtime.ForwardResult;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.LanguageModel;
import dev.steering.core.runtime.Steering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Greedy continuations of a fixed length, ignoring end tokens: with a cache, or from the beginning for every token. */
final class GreedyDecoder {
    private final LanguageModel model;

    GreedyDecoder(LanguageModel model) {
        this.model = model;
    }

    List<int[]> cached(List<int[]> prompts, int count, @Nullable Steering steering) {
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElse(0);
        List<int[]> texts = new ArrayList<>(prompts);
        try (KeyValueCache cache = model.newCache(prompts.size(), longest + count)) {
            List<int[]> next = prompts;
            for (int step = 0; step < count; step++) {
                ForwardResult result = model.forward(
                        ForwardRequest.of(next).withSteering(steering).withLastLogits(), cache);
                next = append(texts, result);
            }
        }
        return continuations(prompts, texts);
    }

    List<int[]> uncached(List<int[]> prompts, int count, @Nullable Steering steering) {
        List<int[]> texts = new ArrayList<>(prompts);
        for (int step = 0; step < count; step++) {
            append(
                    texts,
                    model.forward(
                            ForwardRequest.of(texts).withSteering(steering).withLastLogits()));
        }
        return continuations(prompts, texts);
    }

    private static List<int[]> append(List<int[]> texts, ForwardResult result) {
        List<int[]> next = new ArrayList<>();
        for (int row = 0; row < texts.size(); row++) {
            int token = Logits.argmax(result.logits(row, 0));
            int[] text = Arrays.copyOf(texts.get(row), texts.get(row).length + 1);
            text[text.length - 1] = token;
            texts.set(row, text);
            next.add(new int[] {token});
        }
        return next;
    }

    private static List<int[]> continuations(List<int[]> prompts, List<int[]> texts) {
        List<int[]> tails = new ArrayList<>();
        for (int row = 0; row < prompts.size(); row++) {
            tails.add(Arrays.copyOfRange(texts.get(row), prompts.get(row).length, texts.get(row).length));
        }
        return tails;
    }
}
