package dev.steering.model.decode;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes texts that are all there from the start: see {@link DecodeLoop}. Immutable and thread-safe. */
public final class Generator {
    private final ChatModel model;
    private final DecodeOptions options;

    /**
     * @param model the model
     * @param options how to write
     */
    public Generator(ChatModel model, DecodeOptions options) {
        this.model = model;
        this.options = options;
    }

    /** @return how it writes */
    public DecodeOptions options() {
        return options;
    }

    /**
     * Writes one text after each prompt, all at once.
     *
     * @param prompts token ids of every prompt
     * @param steering what to do to the residual stream, one schedule per prompt or one for all; null for nothing
     * @param listener hears the texts by the indices of their prompts
     * @return one text per prompt
     */
    public List<Generation> generate(List<int[]> prompts, @Nullable PassSteering steering, TokenListener listener) {
        List<Draft> drafts = IntStream.range(0, prompts.size())
                .mapToObj(i -> Draft.of(i, prompts.get(i), steering == null ? null : steering.ofRow(i)))
                .toList();
        return generateAll(drafts, Math.max(1, prompts.size()), listener);
    }

    /**
     * Writes any number of texts, each with contexts and steering of its own. Contexts that are the same, and steered in the same way
     * up to their last token, are read once: texts that differ from the last prompt token on, as in a sweep over strengths, have one
     * prefill.
     *
     * @param drafts the texts; how they are written is this generator's affair
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
     * @param drafts the texts; how they are written is this generator's affair
     * @param most most rows at once, at least 1
     * @param listener hears the texts by their numbers
     * @param done told every text with its number, as soon as it is written
     * @throws dev.steering.core.SteeringException if the model's numbers overflow
     */
    public void generateAll(List<Draft> drafts, int most, TokenListener listener, ObjIntConsumer<Generation> done) {
        List<Draft> written = new ArrayList<>();
        drafts.forEach(draft -> written.add(draft.with(options, listener)));
        long longest = written.stream().mapToLong(Draft::positions).max().orElse(1);
        int capacity = (int) Math.min(model.manifest().context(), longest);
        DecodeLoop.filling(model, most).run(new SortedDrafts(written), capacity, new DecodeLoop.Results() {
            @Override
            public void done(Draft draft, Generation text) {
                done.accept(text, draft.index());
            }

            @Override
            public void failed(Draft draft, RuntimeException reason) {
                throw reason;
            }
        });
    }
}
