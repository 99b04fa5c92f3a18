package dev.steering.model.decode;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one text per pair of contexts: their logits are combined, and the token chosen by the result is appended to both.
 *
 * <p>The contexts of n pairs are the 2n rows of one batch with one cache: a token costs what a batch of 2n rows costs. A pair leaves
 * as soon as its text is done. Sampling and repetition penalty apply to the combined logits; the
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
            List<int[]> first, List<int[]> second, @Nullable PassSteering steering, TokenListener listener) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(first.size() + " first contexts, " + second.size() + " second ones");
        }
        List<int[]> contexts = new ArrayList<>(first);
        contexts.addAll(second);
        Generation[] texts = new Generation[first.size()];
        try (KeyValueCache cache = generator.newCache(contexts, 0)) {
            // Row 2i of the cache is the first context of pair i, row 2i+1 the second.
            PairBatch batch = new PairBatch(model.model(), cache, contrast, row -> texts[row.index()] = row.result());
            for (int i = 0; i < texts.length; i++) {
                Row row = new Row(model, generator.options(), first.get(i), i, listener);
                batch.add(row, first.get(i), second.get(i), of(steering, i), of(steering, texts.length + i));
            }
            while (batch.size() > 0) {
                batch.step();
            }
        }
        return List.of(texts);
    }

    private static @Nullable PassSteering of(@Nullable PassSteering steering, int row) {
        return steering == null ? null : steering.ofRow(row);
    }
}
