package dev.steering.extract.acd;

import dev.steering.core.ContextExceeded;
import dev.steering.core.SteeringException;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.extract.tune.AnchorPair;
import dev.steering.extract.tune.AnchorPair.Kind;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.Examples;
import dev.steering.extract.tune.TuningLoss.Example;
import dev.steering.gradient.EmbeddingTable;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.SystemSlot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Puts anchor pairs into a model's tokens, with a soft prompt in its place. Immutable and thread-safe. */
final class AnchorEncoder {
    private final ChatModel model;
    private final SystemSlot slot;
    private final EmbeddingTable table;

    private AnchorEncoder(ChatModel model, SystemSlot slot, EmbeddingTable table) {
        this.model = model;
        this.slot = slot;
        this.table = table;
    }

    static AnchorEncoder of(ChatModel model) {
        return new AnchorEncoder(
                model, SystemSlot.of(model), EmbeddingTable.of(model.model().bundle()));
    }

    /** What the model multiplies embeddings with. */
    double scale() {
        return table.scale();
    }

    /** Where the soft prompt is, for files. */
    String slot() {
        return slot.label();
    }

    /** The embeddings of a system prompt. */
    SoftPrompt initial(String text) {
        List<Integer> tokens = Arrays.stream(slot.tokens(text)).boxed().toList();
        return SoftPrompt.of(text, tokens, table.hidden(), table.rows(tokens));
    }

    /**
     * @throws SteeringException if a pair does not fit the model's context
     */
    Examples encode(AnchorPairs pairs, Side side, SoftPrompt soft) {
        int[] words = soft.initialTokens().stream().mapToInt(Integer::intValue).toArray();
        Map<Kind, List<Example>> examples = new EnumMap<>(Kind.class);
        for (AnchorPair pair : pairs.pairs()) {
            int[] prompt = slot.around(pair.prompt(), pair.system()).with(words);
            int[] all = pair.answered(prompt, model.tokenizer());
            requireRoom(pair, all.length, words.length);
            examples.computeIfAbsent(pair.kind(), kind -> new ArrayList<>())
                    .add(new Example(all, slot.start(), prompt.length, side.term(pair.kind()), 1, 1));
        }
        return new Examples(List.copyOf(examples.values()));
    }

    private void requireRoom(AnchorPair pair, int length, int soft) {
        if (length > model.manifest().context()) {
            throw new ContextExceeded(
                    "The anchor pair '" + pair.prompt() + "' is " + length
                            + " tokens long with its template, a soft prompt of " + soft
                            + " tokens and its response; the context"
                            + " of " + model.manifest().name() + " is "
                            + model.manifest().context()
                            + ". Shorten or remove it, or begin with a shorter system prompt.",
                    length,
                    model.manifest().context());
        }
    }
}
