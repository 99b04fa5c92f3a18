package dev.steering.model.decode;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.pass.PassSteering;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjIntConsumer;
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
        return model.model().newCache(prompts.size(), capacity(prompts, extra));
    }

    /**
     * @param prompts token ids of prompts
     * @param extra positions needed beside prompt and answer
     * @return positions for the longest prompt and its answer, as far as the model's context goes
     */
    public int capacity(List<int[]> prompts, int extra) {
        int longest = prompts.stream().mapToInt(p -> p.length).max().orElse(1);
        long wanted = (long) longest + Math.max(extra, options.maxNewTokens());
        return (int) Math.min(model.manifest().context(), wanted);
    }

    /**
     * Writes after prompts from their beginning.
     *
     * @param prompts token ids of every row
     * @param steering what to do to the residual stream; null for nothing
     * @param listener hears the text
     * @return one text per row
     */
    public List<Generation> generate(List<int[]> prompts, @Nullable PassSteering steering, TokenListener listener) {
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
            List<int[]> prompts, KeyValueCache cache, @Nullable PassSteering steering, TokenListener listener) {
        Generation[] texts = new Generation[prompts.size()];
        RowBatch batch = new RowBatch(model.model(), cache, row -> texts[row.index()] = row.result());
        for (int i = 0; i < prompts.size(); i++) {
            int[] prompt = prompts.get(i);
            batch.add(
                    new Row(model, options, prompt, i, listener),
                    steering == null ? null : steering.ofRow(i),
                    Arrays.copyOfRange(prompt, cache.length(i), prompt.length));
        }
        while (batch.size() > 0) {
            batch.step();
        }
        return List.of(texts);
    }

    /**
     * Writes any number of texts, each with a steering of its own: see {@link DecodeLoop}. Prompts that are the same, and steered
     * in the same way up to their last token, are read once: texts that differ from the last prompt token on, as in a sweep over
     * strengths, have one prefill.
     *
     * @param drafts the texts; their steerings share their direction sets
     * @param most most rows at once, at least 1
     * @param listener hears the texts by their numbers
     * @return the texts, in the order of the drafts
     */
    public List<Generation> generateAll(List<Draft> drafts, int most, TokenListener listener) {
        Map<Integer, Generation> texts = new HashMap<>();
        generateAll(drafts, most, listener, (text, index) -> texts.put(index, text));
        return drafts.stream()
                .map(draft -> Objects.requireNonNull(texts.get(draft.index())))
                .toList();
    }

    /**
     * The same, handing over the texts one by one.
     *
     * @param drafts the texts; their steerings share their direction sets
     * @param most most rows at once, at least 1
     * @param listener hears the texts by their numbers
     * @param done told every text with its number, as soon as it is written
     */
    public void generateAll(List<Draft> drafts, int most, TokenListener listener, ObjIntConsumer<Generation> done) {
        int capacity = capacity(drafts.stream().map(Draft::prompt).toList(), 0);
        try (PromptPrefill prefill = new PromptPrefill(model.model(), drafts)) {
            new DecodeLoop(model, options, most).run(prefill, capacity, listener, done);
        }
    }
}
