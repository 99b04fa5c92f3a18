package dev.steering.core.generation;

import dev.steering.core.chat.ChatModel;
import dev.steering.core.runtime.ForwardRequest;
import dev.steering.core.runtime.ForwardResult;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.Steering;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes text after prompts with a key/value cache. Immutable and thread-safe: each call has its own
 * cache.
 */
public final class Generator {
    private final ChatModel model;
    private final GenerationOptions options;

    /**
     * @param model the model
     * @param options how to write
     */
    public Generator(ChatModel model, GenerationOptions options) {
        this.model = model;
        this.options = options;
    }

    /** @return how it writes */
    public GenerationOptions options() {
        return options;
    }

    /**
     * @param prompts token ids of every row
     * @param extra positions needed beside prompt and answer
     * @return a cache that is large enough for prompts and answers, as far as the model's context goes; the caller closes it
     */
    public KeyValueCache newCache(List<int[]> prompts, int extra) {
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElse(1);
        long wanted = (long) longest + Math.max(extra, options.maxNewTokens());
        return model.model()
                .newCache(prompts.size(), (int) Math.min(model.manifest().context(), wanted));
    }

    /**
     * Writes after prompts from their beginning.
     *
     * @param prompts token ids of every row
     * @param steering what to do to the residual stream; null for nothing
     * @param listener hears the text
     * @return one text per row
     */
    public List<Generation> generate(List<int[]> prompts, @Nullable Steering steering, TokenListener listener) {
        try (KeyValueCache cache = newCache(prompts, 0)) {
            return generate(prompts, cache, steering, listener);
        }
    }

    /**
     * Writes after prompts of which the cache may already hold a beginning.
     *
     * @param prompts token ids of every row, longer than what the cache holds of it
     * @param cache the rows' cache; what it holds afterwards is of no use
     * @param steering what to do to the residual stream; null for nothing
     * @param listener hears the text
     * @return one text per row
     */
    public List<Generation> generate(
            List<int[]> prompts, KeyValueCache cache, @Nullable Steering steering, TokenListener listener) {
        List<Row> rows = new ArrayList<>();
        List<int[]> next = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            rows.add(new Row(model, options, prompts.get(i), i, listener));
            next.add(Arrays.copyOfRange(prompts.get(i), cache.length(i), prompts.get(i).length));
        }
        float[] logits = new float[model.manifest().vocabulary()];
        while (true) {
            ForwardResult result = model.model()
                    .forward(ForwardRequest.of(next).withSteering(steering).withLastLogits(), cache);
            boolean active = false;
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                if (row.active()) {
                    result.logits(i, 0, logits);
                    row.accept(logits, cache.length(i) < cache.capacity());
                }
                if (row.active()) {
                    active = true;
                } else {
                    cache.retire(i);
                }
                next.set(i, row.nextInput());
            }
            if (!active) {
                return rows.stream().map(Row::result).toList();
            }
        }
    }
}
