package dev.steering.apply;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.SystemSlot;
import dev.steering.model.decode.ContrastiveDecoding;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.TokenListener;
import java.util.List;

/**
 * Instructive decoding (Kim et al. 2024, arXiv 2311.00233), the baselines of ACD's ablation (arXiv 2406.16743, section 4): the
 * model's logits (z) are contrasted with those under a noisy prompt (z_noisy) that nobody tuned,
 *
 * <pre>z - a z_noisy</pre>
 *
 * <p>The <em>null</em> prompt leaves the user's words out; the <em>opposite</em> prompt is a system prompt that asks for the
 * opposite of safety, in the place where {@link Acd} has its tuned one. Immutable and thread-safe.
 */
public final class InstructiveDecoding implements Responder {
    /** What the user says in the null prompt: nothing that could be answered, but templates want a user's turn. */
    private static final String NOTHING = " ";

    /** The context that is taken off. */
    @FunctionalInterface
    private interface Noise {
        int[] encode(Query query);
    }

    private final Noise noise;
    private final ContrastiveDecoding decoding;

    private InstructiveDecoding(ChatModel model, GenerationOptions options, AcdSettings settings, Noise noise) {
        this.noise = noise;
        this.decoding = new ContrastiveDecoding(model, options, Acd.contrast(settings));
    }

    /**
     * @param model the model
     * @param options how to write
     * @param settings strength and constraint
     * @return contrasts with a prompt without the user's words, under the same system prompt
     */
    public static InstructiveDecoding nullPrompt(ChatModel model, GenerationOptions options, AcdSettings settings) {
        return new InstructiveDecoding(model, options, settings, query -> model.encode(NOTHING, query.system()));
    }

    /**
     * @param model the model
     * @param options how to write
     * @param settings strength, constraint and the opposite text
     * @return contrasts with the opposite system prompt, the caller's own behind it
     * @throws dev.steering.core.SteeringException if the text has no tokens of its own in the model's template
     */
    public static InstructiveDecoding opposite(ChatModel model, GenerationOptions options, AcdSettings settings) {
        SystemSlot slot = SystemSlot.of(model);
        int[] words = slot.tokens(settings.usedOppositeText());
        return new InstructiveDecoding(model, options, settings, query -> slot.around(query.prompt(), query.system())
                .with(words));
    }

    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        List<Generation> texts = decoding.generate(
                queries.stream().map(Query::tokens).toList(),
                queries.stream().map(noise::encode).toList(),
                listener);
        return Reply.undecided(texts);
    }
}
