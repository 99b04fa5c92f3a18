package dev.steering.apply.acd;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Acd}: what can be said about it. */
public final class AcdDefinition implements MethodDefinition {
    /** The tuned prompts. */
    public static final MethodOption<SoftPrompts> SOFT_PROMPTS =
            MethodOption.of("soft-prompts", SoftPrompts.class, "tuned soft prompts");

    /** How much of the opposite context's logits is taken off. */
    public static final MethodOption<Double> ALPHA = MethodOption.number(
            "acd-alpha", "how much of the opposite context's logits is taken off, 0 to below 1; default: 0.5");

    /** Beta of the plausibility constraint. */
    public static final MethodOption<Double> PLAUSIBILITY = MethodOption.number(
            "acd-plausibility", "beta of the plausibility constraint, above 0 and at most 1; default: no constraint");

    static final String NAME = "acd";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "the contexts of two tuned soft prompts contrasted";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(SOFT_PROMPTS, ALPHA, PLAUSIBILITY);
    }

    @Override
    public List<MethodOption<?>> required() {
        return List.of(SOFT_PROMPTS);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return ALPHA;
    }

    @Override
    public List<Double> strengths(MethodArguments arguments) {
        return AcdSettings.STRENGTHS;
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        return Acd.of(model, arguments.require(NAME, SOFT_PROMPTS), AcdSettings.of(arguments));
    }
}
