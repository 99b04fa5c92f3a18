package dev.steering.apply;

import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.ContrastiveDecoding;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.GenerationOptions;
import dev.steering.model.decode.LogitContrast;
import dev.steering.model.decode.LogitContrast.Side;
import dev.steering.model.decode.TokenListener;
import java.util.List;

/**
 * Self-contrastive decoding (arXiv 2401.17633): the model reads each prompt with a safety prompt (z_safe) and without
 * (z_plain), and the effect of the safety prompt is taken back from the raw logits:
 *
 * <pre>z = z_safe - a (z_safe - z_plain) = (1 - a) z_safe + a z_plain</pre>
 *
 * <p>The same token is appended to both contexts. No vector is needed. A token costs what two rows of a batch cost.
 *
 * <p>Two options that the paper does not have, both off by default: the plausibility constraint of {@link
 * LogitContrast#plausible}, with the plain context as the expert, because it has the positive weight; and {@link
 * LogitContrast#firstSteps}, after which the plain context decides alone.
 *
 * <p>Immutable and thread-safe.
 */
public final class SelfCd implements Responder {
    private final ChatModel model;
    private final AddedPrompt safety;
    private final ContrastiveDecoding decoding;

    /**
     * @param model the model
     * @param options how to write
     * @param settings strength, prompt and limits
     */
    public SelfCd(ChatModel model, GenerationOptions options, SelfCdSettings settings) {
        this.model = model;
        this.safety = settings.safety().placedFor(model);
        this.decoding = new ContrastiveDecoding(model, options, contrast(settings));
    }

    private static LogitContrast contrast(SelfCdSettings settings) {
        LogitContrast contrast = LogitContrast.weighted(1 - settings.alpha(), settings.alpha());
        Double beta = settings.plausibility();
        contrast = beta == null ? contrast : contrast.plausible(beta, Side.SECOND);
        Integer steps = settings.firstSteps();
        return steps == null ? contrast : contrast.firstSteps(steps, Side.SECOND);
    }

    @Override
    public List<Reply> reply(List<Query> queries, TokenListener listener) {
        List<int[]> safe =
                queries.stream().map(query -> safety.encode(model, query)).toList();
        List<int[]> plain = queries.stream().map(Query::tokens).toList();
        List<Generation> texts = decoding.generate(safe, plain, listener);
        return Reply.undecided(texts);
    }
}
