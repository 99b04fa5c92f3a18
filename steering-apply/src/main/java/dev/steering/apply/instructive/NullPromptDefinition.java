package dev.steering.apply.instructive;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.acd.AcdDefinition;
import dev.steering.apply.acd.AcdSettings;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Instructive decoding with a prompt without the user's words. */
public final class NullPromptDefinition implements MethodDefinition {
    static final String NAME = "id-null";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "instructive decoding with a prompt without the user's words";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(AcdDefinition.ALPHA, AcdDefinition.PLAUSIBILITY);
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
        return InstructiveDecoding.nullPrompt(model, AcdSettings.of(arguments));
    }
}
