package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.acd.AcdDefinition;
import dev.steering.apply.instructive.OppositePromptDefinition;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.TargetModel;
import dev.steering.model.chat.ChatModel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Tuned soft prompts and how ACD and instructive decoding contrast two contexts. */
final class AcdMixin {
    @Option(
            names = "--acd",
            paramLabel = "FILE",
            description = "Soft prompts of acd and acd-untuned, as 'steer tune-acd' writes them.")
    private @Nullable Path file;

    @Option(
            names = "--acd-alpha",
            paramLabel = "A",
            description =
                    "How much of the opposite context's logits acd, acd-untuned, id-null and id-opposite take off, from 0 to"
                            + " below 1. Default: 0.5.")
    private @Nullable Double alpha;

    @Option(
            names = "--acd-plausibility",
            paramLabel = "BETA",
            description =
                    "Let those methods choose only tokens that are at least BETA times as probable as the best in the"
                            + " first context. Default: any token.")
    private @Nullable Double plausibility;

    @Option(
            names = "--opposite-prompt",
            paramLabel = "TEXT",
            description = "System prompt of id-opposite. Default: what the opposite prompt of --acd began as.")
    private @Nullable String oppositePrompt;

    boolean hasAlpha() {
        return alpha != null;
    }

    List<Use> uses() {
        return List.of(
                Use.of("--acd", file != null, AcdDefinition.SOFT_PROMPTS),
                Use.of("--acd-alpha", alpha != null, AcdDefinition.ALPHA),
                Use.of("--acd-plausibility", plausibility != null, AcdDefinition.PLAUSIBILITY),
                Use.of("--opposite-prompt", oppositePrompt != null, OppositePromptDefinition.TEXT));
    }

    /** An option that none of the methods looks at is an error, and so is a file that is missing. */
    void validate(List<String> methods) {
        for (Use use : uses()) {
            if (use.given() && methods.stream().noneMatch(use.methods()::contains)) {
                throw new WrongUsage(
                        use.option() + " has no effect with " + methods + ": it belongs to " + use.methods() + ".");
            }
        }
        for (String method : methods) {
            if (MethodRegistry.get(method).required().contains(AcdDefinition.SOFT_PROMPTS) && file == null) {
                throw new WrongUsage("The method " + method
                        + " needs tuned soft prompts: give a file of 'steer tune-acd' with --acd.");
            }
        }
    }

    MethodArguments applied(MethodArguments arguments, ChatModel model, ModelCheck check) {
        SoftPrompts prompts = file == null ? null : SoftPromptFile.read(file);
        if (prompts != null) {
            TargetModel.of(model.manifest()).requireFits(prompts, check);
        }
        return arguments
                .with(AcdDefinition.SOFT_PROMPTS, prompts)
                .with(AcdDefinition.ALPHA, alpha)
                .with(AcdDefinition.PLAUSIBILITY, plausibility)
                .with(OppositePromptDefinition.TEXT, oppositePrompt);
    }

    @Nullable
    Path file() {
        return file;
    }
}
