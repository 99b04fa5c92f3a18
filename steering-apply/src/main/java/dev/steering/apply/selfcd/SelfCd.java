package dev.steering.apply.selfcd;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.json.Description;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.Turn;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Draft.Context;
import dev.steering.model.decode.LogitContrast;
import dev.steering.model.decode.LogitContrast.Side;
import java.util.List;
import java.util.function.Consumer;

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
public final class SelfCd implements Method {
    static final String NAME = "self-cd";

    private final ChatModel model;
    private final SelfCdSettings settings;
    private final LogitContrast contrast;

    /**
     * @param model the model
     * @param settings strength, prompt and limits
     */
    public SelfCd(ChatModel model, SelfCdSettings settings) {
        this.model = model;
        this.settings = settings.withSafety(settings.safety().placedFor(model));
        this.contrast = contrast(settings);
    }

    private static LogitContrast contrast(SelfCdSettings settings) {
        LogitContrast contrast = LogitContrast.weighted(1 - settings.alpha(), settings.alpha());
        Double beta = settings.plausibility();
        contrast = beta == null ? contrast : contrast.plausible(beta, Side.SECOND);
        Integer steps = settings.firstSteps();
        return steps == null ? contrast : contrast.firstSteps(steps, Side.SECOND);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        Double beta = settings.plausibility();
        Integer steps = settings.firstSteps();
        return "Self-CD: logits (1 - a) z_safe + a z_plain with a = " + settings.alpha()
                + "; z_safe has the text \""
                + settings.safety().text() + "\" " + settings.safety().place()
                + (beta == null ? "" : "; tokens at least " + beta + " times as probable as the best without it")
                + (steps == null ? "" : "; for the first " + steps + " tokens only");
    }

    @Override
    public String json() {
        return Description.of(NAME)
                .put("alpha", settings.alpha())
                .put("safety_prompt", settings.safety().described())
                .put("plausibility", settings.plausibility())
                .put("first_steps", settings.firstSteps())
                .toJson();
    }

    @Override
    public int contexts() {
        return 2;
    }

    @Override
    public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
        List<Turn> turns = query.turns(NAME);
        Context safe = new Context(settings.safety().encode(model, turns), null);
        return Draft.contrasting(index, safe, new Context(query.tokens(), null), contrast);
    }
}
