package dev.steering.apply.acd;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Acd} with prompts that nobody tuned. */
public final class UntunedAcdDefinition implements MethodDefinition {
    static final String NAME = "acd-untuned";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "the contexts of the system prompts that those began as contrasted";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(AcdDefinition.SOFT_PROMPTS, AcdDefinition.ALPHA, AcdDefinition.PLAUSIBILITY);
    }

    @Override
    public List<MethodOption<?>> required() {
        return List.of(AcdDefinition.SOFT_PROMPTS);
    }

    @Override
    public @Nullable MethodOption<Double> strength() {
        return AcdDefinition.ALPHA;
    }

    @Override
    public List<Double> strengths(MethodArguments arguments) {
        return AcdSettings.STRENGTHS;
    }

    @Override
    public Method bind(ChatModel model, MethodArguments arguments) {
        return Acd.untuned(model, arguments.require(NAME, AcdDefinition.SOFT_PROMPTS), AcdSettings.of(arguments));
    }
}
