package dev.steering.apply.adacd;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link AdaCd}: what can be said about it. */
public final class AdaCdDefinition implements MethodDefinition {
    /** How much of the extreme prompt's effect is taken back or put on top. */
    public static final MethodOption<Double> RATIO = MethodOption.number(
            "adacd-ratio",
            "how much of the extreme prompt's effect is taken back or put on top, a finite number; default: 4.5");

    /** When both contexts agree. */
    public static final MethodOption<Double> AGREEMENT = MethodOption.number(
            "adacd-agreement",
            "from which agreement of the two contexts on the effect is put on top, above 0 and at most 1; default: 0.9");

    /** Beta of the plausibility constraint. */
    public static final MethodOption<Double> BETA =
            MethodOption.number("adacd-plausibility", "beta of AdaCD's plausibility constraint, 0 to 1; default: 0.01");

    /** How many tokens are contrasted. */
    public static final MethodOption<Integer> STEPS =
            MethodOption.wholeNumber("adacd-steps", "how many tokens AdaCD contrasts, at least 1; default: 10");

    /** The extreme safety prompt. */
    public static final MethodOption<AddedPrompt> EXTREME = MethodOption.of(
                    "extreme-prompt",
                    AddedPrompt.class,
                    "the extreme safety prompt; default: \"" + AdaCdSettings.EXTREME + "\"")
            .readBy(text -> new AddedPrompt(text, AddedPrompt.Placement.AUTO));

    @Override
    public String name() {
        return AdaCd.NAME;
    }

    @Override
    public String words() {
        return "an extreme safety prompt's effect taken back or put on top";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(RATIO, AGREEMENT, BETA, STEPS, EXTREME);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return RATIO;
    }

    /** Around the public code's 4.5; at 0 the extreme prompt alone is left. */
    @Override
    public List<Double> strengths(MethodArguments arguments) {
        return List.of(1.0, 1.5, 3.0, AdaCdSettings.DEFAULT_RATIO, 6.0);
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        AdaCdSettings defaults = AdaCdSettings.defaults();
        return new AdaCd(
                model,
                new AdaCdSettings(
                        arguments.get(RATIO, defaults.ratio()),
                        arguments.get(AGREEMENT, defaults.agreement()),
                        arguments.get(BETA, defaults.beta()),
                        arguments.get(STEPS, defaults.steps()),
                        arguments.get(EXTREME, defaults.extreme())));
    }
}
