package dev.steering.apply;

import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.ContrastiveDecoding;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.LogitContrast;
import dev.steering.model.decode.LogitContrast.Side;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.softprompt.SoftContexts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Adversarial contrastive decoding (arXiv 2406.16743, section 3.3): the model reads each prompt under the tuned safe prompt
 * (z_safe) and under the tuned opposite prompt (z_opposite), and what the opposite one makes likely is taken off the raw logits:
 *
 * <pre>z = z_safe - a z_opposite</pre>
 *
 * <p>The same token is appended to both contexts. A system prompt of the caller's stands behind the soft prompt in both. A token
 * costs what two rows of a batch cost. The plausibility constraint, which the paper does not have, is off by default; the safe
 * context is its expert.
 *
 * <p>Immutable and thread-safe.
 */
public final class Acd implements Responder {
    private static final int SAFE = 0;
    private static final int OPPOSITE = 1;

    private final SoftContexts contexts;
    private final boolean tuned;
    private final ContrastiveDecoding decoding;

    private Acd(ChatModel model, GenerationOptions options, SoftPrompts prompts, AcdSettings settings, boolean tuned) {
        this.contexts = SoftContexts.of(model, List.of(prompts.safe(), prompts.opposite()), prompts.embeddingScale());
        this.tuned = tuned;
        this.decoding = new ContrastiveDecoding(model, options, contrast(settings));
    }

    /**
     * @param model the model; whether the prompts belong to it is the caller's to check
     * @param options how to write
     * @param prompts the tuned prompts
     * @param settings strength and constraint; its prompts are not looked at
     * @return the method of the paper
     * @throws dev.steering.core.SteeringException if the prompts do not fit the model
     */
    public static Acd of(ChatModel model, GenerationOptions options, SoftPrompts prompts, AcdSettings settings) {
        return new Acd(model, options, prompts, settings, true);
    }

    /**
     * The same with the system prompts that the soft prompts began as: what tuning adds is the difference.
     *
     * @param model the model; whether the prompts belong to it is the caller's to check
     * @param options how to write
     * @param prompts the tuned prompts, of which only the initial tokens are used
     * @param settings strength and constraint; its prompts are not looked at
     * @return opposite prompt decoding without tuning
     * @throws dev.steering.core.SteeringException if the prompts do not fit the model
     */
    public static Acd untuned(ChatModel model, GenerationOptions options, SoftPrompts prompts, AcdSettings settings) {
        return new Acd(model, options, prompts, settings, false);
    }

    /** {@code z_1 - a z_2}, with the first context as the expert of a plausibility constraint. */
    static LogitContrast contrast(AcdSettings settings) {
        LogitContrast contrast = LogitContrast.weighted(1, -settings.alpha());
        Double beta = settings.plausibility();
        return beta == null ? contrast : contrast.plausible(beta, Side.FIRST);
    }

    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        int pairs = queries.size();
        int[] which = IntStream.range(0, 2 * pairs)
                .map(row -> row < pairs ? SAFE : OPPOSITE)
                .toArray();
        List<Generation> texts = decoding.generate(
                encode(queries, SAFE), encode(queries, OPPOSITE), tuned ? contexts.steering(which) : null, listener);
        return Reply.undecided(texts);
    }

    private List<int[]> encode(List<Query> queries, int prompt) {
        List<int[]> encoded = new ArrayList<>();
        for (Query query : queries) {
            encoded.add(contexts.encode(prompt, query.prompt(), query.system()));
        }
        return encoded;
    }
}
