package dev.steering.apply.acd;

import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.apply.Query;
import dev.steering.apply.json.Description;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.Turn;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Draft.Context;
import dev.steering.model.decode.LogitContrast;
import dev.steering.model.softprompt.SoftContexts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Adversarial contrastive decoding (arXiv 2406.16743, Eq. 5): the model reads each prompt under the tuned safe prompt
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
public final class Acd implements Method {
    private static final int SAFE = 0;
    private static final int OPPOSITE = 1;

    private final String name;
    private final SoftContexts contexts;
    private final SoftPrompts prompts;
    private final AcdSettings settings;
    private final boolean tuned;
    private final LogitContrast contrast;

    private Acd(String name, ChatModel model, SoftPrompts prompts, AcdSettings settings, boolean tuned) {
        this.name = name;
        this.contexts = SoftContexts.of(model, List.of(prompts.safe(), prompts.opposite()), prompts.embeddingScale());
        this.prompts = prompts;
        this.settings = settings;
        this.tuned = tuned;
        this.contrast = settings.contrast();
    }

    /**
     * @param model the model; whether the prompts belong to it is the caller's to check
     * @param prompts the tuned prompts
     * @param settings strength and constraint
     * @return the method of the paper
     * @throws dev.steering.core.SteeringException if the prompts do not fit the model
     */
    public static Acd of(ChatModel model, SoftPrompts prompts, AcdSettings settings) {
        return new Acd(AcdDefinition.NAME, model, prompts, settings, true);
    }

    /**
     * The same with the system prompts that the soft prompts began as: what tuning adds is the difference.
     *
     * @param model the model; whether the prompts belong to it is the caller's to check
     * @param prompts the tuned prompts, of which only the initial tokens are used
     * @param settings strength and constraint
     * @return opposite prompt decoding without tuning
     * @throws dev.steering.core.SteeringException if the prompts do not fit the model
     */
    public static Acd untuned(ChatModel model, SoftPrompts prompts, AcdSettings settings) {
        return new Acd(UntunedAcdDefinition.NAME, model, prompts, settings, false);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String words() {
        String formula = "logits z_safe - a z_opposite with a = " + settings.alpha();
        if (!tuned) {
            return "ACD without tuning: " + formula + ", under the system prompts \""
                    + prompts.safe().initialText() + "\" and \""
                    + prompts.opposite().initialText() + "\""
                    + settings.constraint();
        }
        return "ACD: " + formula + ", under soft prompts of " + prompts.safe().length() + " and "
                + prompts.opposite().length() + " tokens, tuned in "
                + prompts.cost().steps() + " gradient steps" + settings.constraint();
    }

    /** With what identifies the prompts, and what they cost. */
    @Override
    public String json() {
        Map<String, Object> described = new TreeMap<>();
        described.put("anchor_set_hash", prompts.provenance().anchorSetHash());
        described.put("seed", prompts.provenance().seed());
        described.put("settings", prompts.provenance().settings());
        described.put("safe_text", prompts.safe().initialText());
        described.put("opposite_text", prompts.opposite().initialText());
        described.put("safe_loss", prompts.safeCurve().keptLoss());
        described.put("opposite_loss", prompts.oppositeCurve().keptLoss());
        described.put("steps", prompts.cost().steps());
        described.put("gradient_tokens", prompts.cost().gradientTokens());
        described.put("evaluation_tokens", prompts.cost().evaluationTokens());
        return Description.of(name)
                .put("alpha", settings.alpha())
                .put("plausibility", settings.plausibility())
                .put("soft_prompts", described)
                .toJson();
    }

    @Override
    public int contexts() {
        return 2;
    }

    @Override
    public Draft draft(int index, Query query, Consumer<List<Decision>> decided) {
        List<Turn> turns = query.turns(name);
        return Draft.contrasting(index, context(turns, SAFE), context(turns, OPPOSITE), contrast);
    }

    private Context context(List<Turn> turns, int prompt) {
        return new Context(contexts.encode(prompt, turns), tuned ? contexts.steering(prompt) : null);
    }
}
