package dev.steering.core.generation;

import dev.steering.core.chat.ChatModel;
import dev.steering.core.runtime.ForwardRequest;
import dev.steering.core.runtime.ForwardResult;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.Steering;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one text per pair of contexts: their logits are combined, and the token chosen by the result is appended to both.
 *
 * <p>The contexts of n pairs are the 2n rows of one batch with one cache: rows 0 to n-1 are the first contexts, rows n to 2n-1
 * the second ones. A token costs what a batch of 2n rows costs. Sampling and repetition penalty apply to the combined logits; the
 * penalty counts the tokens of the first context and of the answer as seen.
 *
 * <p>Immutable and thread-safe: each call has its own cache.
 */
public final class ContrastiveDecoding {
    private final ChatModel model;
    private final Generator generator;
    private final LogitContrast contrast;

    /**
     * @param model the model
     * @param options how to write
     * @param contrast how the two contexts' logits are combined
     */
    public ContrastiveDecoding(ChatModel model, GenerationOptions options, LogitContrast contrast) {
        this.model = model;
        this.generator = new Generator(model, options);
        this.contrast = contrast;
    }

    /**
     * @param first token ids of every pair's first context
     * @param second token ids of every pair's second context, equally many
     * @param listener hears the text; its rows are indices of the pairs
     * @return one text per pair
     */
    public List<Generation> generate(List<int[]> first, List<int[]> second, TokenListener listener) {
        return generate(first, second, null, listener);
    }

    /**
     * @param first token ids of every pair's first context
     * @param second token ids of every pair's second context, equally many
     * @param steering what to do to the residual streams of the 2n rows, first contexts before second ones; null for nothing
     * @param listener hears the text; its rows are indices of the pairs
     * @return one text per pair
     * @throws IllegalArgumentException if there are not equally many contexts
     */
    public List<Generation> generate(
            List<int[]> first, List<int[]> second, @Nullable Steering steering, TokenListener listener) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(first.size() + " first contexts, " + second.size() + " second ones");
        }
        List<int[]> contexts = new ArrayList<>(first);
        contexts.addAll(second);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < first.size(); i++) {
            rows.add(new Row(model, generator.options(), first.get(i), i, listener));
        }
        try (KeyValueCache cache = generator.newCache(contexts, 0)) {
            write(rows, contexts, cache, steering);
        }
        return rows.stream().map(Row::result).toList();
    }

    private void write(List<Row> rows, List<int[]> contexts, KeyValueCache cache, @Nullable Steering steering) {
        int pairs = rows.size();
        List<int[]> next = new ArrayList<>(contexts);
        float[] first = new float[model.manifest().vocabulary()];
        float[] second = new float[first.length];
        ForwardResult result = null;
        for (int step = 0; rows.stream().anyMatch(Row::active); step++) {
            ForwardRequest request =
                    ForwardRequest.of(next).withSteering(steering).withLastLogits();
            result = model.model().forward(request, cache, result);
            for (int i = 0; i < pairs; i++) {
                Row row = rows.get(i);
                if (row.active()) {
                    result.logits(i, 0, first);
                    result.logits(pairs + i, 0, second);
                    contrast.combine(first, second, step);
                    row.accept(first, hasRoom(cache, i) && hasRoom(cache, pairs + i));
                    if (!row.active()) {
                        cache.retire(i);
                        cache.retire(pairs + i);
                    }
                }
                next.set(i, row.nextInput());
                next.set(pairs + i, row.nextInput());
            }
        }
    }

    private static boolean hasRoom(KeyValueCache cache, int row) {
        return cache.length(row) < cache.capacity();
    }
}
