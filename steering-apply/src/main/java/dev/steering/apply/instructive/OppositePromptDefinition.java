package dev.steering.apply.instructive;

import dev.steering.apply.Method;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.acd.AcdDefinition;
import dev.steering.apply.acd.AcdSettings;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.model.chat.ChatModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Instructive decoding with an opposite system prompt. */
public final class OppositePromptDefinition implements MethodDefinition {
    /** The opposite system prompt. */
    public static final MethodOption<String> TEXT = MethodOption.text(
            "opposite-prompt", "the opposite system prompt; default: what the tuned opposite prompt began as");

    static final String NAME = "id-opposite";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String words() {
        return "instructive decoding with an opposite system prompt";
    }

    @Override
    public List<MethodOption<?>> options() {
        return List.of(AcdDefinition.ALPHA, AcdDefinition.PLAUSIBILITY, TEXT, AcdDefinition.SOFT_PROMPTS);
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
        return InstructiveDecoding.opposite(model, AcdSettings.of(arguments), text(arguments));
    }

    /** What is said, else the words that the tuned opposite prompt began as, else those that tuning begins with by default. */
    private static String text(MethodArguments arguments) {
        SoftPrompts prompts = arguments.get(AcdDefinition.SOFT_PROMPTS);
        String began = prompts == null
                ? SoftPrompts.DEFAULT_OPPOSITE_TEXT
                : prompts.opposite().initialText();
        return arguments.get(TEXT, began);
    }
}
