package dev.steering.apply.selfcd;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link SelfCd}: what can be said about it. */
public final class SelfCdDefinition implements MethodDefinition {
    /** How much the safety prompt's effect is taken back. */
    public static final MethodOption<Double> ALPHA = MethodOption.number(
            "self-cd-alpha", "how much the safety prompt's effect is taken back, a finite number; default: 2.5");

    /** The prompt that emphasises safety. */
    public static final MethodOption<AddedPrompt> SAFETY_PROMPT = MethodOption.of(
                    "safety-prompt",
                    AddedPrompt.class,
                    "the text that emphasises safety; default: the one that the public code uses")
            .readBy(text -> new AddedPrompt(text, AddedPrompt.Placement.AUTO));

    /** Beta of the plausibility constraint. */
    public static final MethodOption<Double> PLAUSIBILITY = MethodOption.number(
            "plausibility", "beta of the plausibility constraint, above 0 and at most 1; default: no constraint");

    /** How many tokens are contrasted. */
    public static final MethodOption<Integer> FIRST_STEPS =
            MethodOption.wholeNumber("first-steps", "how many tokens are contrasted, at least 1; default: all");

    @Override
    public String name() {
        return SelfCd.NAME;
    }

    @Override
    public String words() {
        return "two contexts' logits contrasted";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(ALPHA, SAFETY_PROMPT, PLAUSIBILITY, FIRST_STEPS);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return ALPHA;
    }

    /** Around the paper's 2.5; at 0 the safety prompt alone is left, at 1 it is gone. */
    @Override
    public List<Double> strengths(MethodArguments arguments) {
        return List.of(1.0, 1.5, 2.0, SelfCdSettings.DEFAULT_ALPHA, 3.0, 3.5);
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        return new SelfCd(
                model,
                new SelfCdSettings(
                        arguments.get(ALPHA, SelfCdSettings.DEFAULT_ALPHA),
                        arguments.get(SAFETY_PROMPT, AddedPrompt.safety()),
                        arguments.get(PLAUSIBILITY),
                        arguments.get(FIRST_STEPS)));
    }
}
