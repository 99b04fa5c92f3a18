package dev.steering.apply.adacd;

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
 * Adaptive contrastive decoding (AdaCD, arXiv 2604.17132): the model reads each prompt with an extreme safety prompt and without. Where
 * the plain context is as sure of the same first choice the effect of that prompt is put on top, otherwise it is taken back, see {@link
 * AdaptiveContrast}; after the first tokens the plain context writes alone. The same token is appended to both contexts.
 *
 * <p>As in the public code (github.com/OutdoorManofML/AdaCD). Immutable and thread-safe.
 */
public final class AdaCd implements Method {
    static final String NAME = "adacd";

    private final ChatModel model;
    private final AdaCdSettings settings;
    private final LogitContrast contrast;

    /**
     * @param model the model
     * @param settings numbers and prompt
     */
    public AdaCd(ChatModel model, AdaCdSettings settings) {
        this.model = model;
        this.settings = new AdaCdSettings(
                settings.ratio(),
                settings.agreement(),
                settings.beta(),
                settings.steps(),
                settings.extreme().placedFor(model));
        this.contrast = new AdaptiveContrast(settings.ratio(), settings.agreement(), settings.beta())
                .firstSteps(settings.steps(), Side.SECOND);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "AdaCD: logits z_e - r (z_e - z), or + where both contexts agree by " + settings.agreement()
                + ", with r = "
                + settings.ratio() + ", for the first " + settings.steps() + " tokens; z_e has the text \""
                + settings.extreme().text() + "\" " + settings.extreme().place() + "; tokens at least "
                + settings.beta() + " times as probable as the best without it";
    }

    @Override
    public String json() {
        return Description.of(NAME)
                .put("ratio", settings.ratio())
                .put("agreement", settings.agreement())
                .put("beta", settings.beta())
                .put("steps", settings.steps())
                .put("extreme_prompt", settings.extreme().described())
                .toJson();
    }

    @Override
    public int contexts() {
        return 2;
    }

    @Override
    public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
        List<Turn> turns = query.turns(NAME);
        Context extreme = new Context(settings.extreme().encode(model, turns), null);
        return Draft.contrasting(index, extreme, new Context(query.tokens(), null), contrast);
    }
}
