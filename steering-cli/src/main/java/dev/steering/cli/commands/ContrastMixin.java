package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.apply.selfcd.SelfCdDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How Self-CD contrasts two contexts. */
final class ContrastMixin {
    @Option(
            names = "--safety-prompt",
            paramLabel = "TEXT",
            description = "Text of self-cd's second context that emphasises safety. Default: the published one.")
    private @Nullable String safety;

    @Option(
            names = "--safety-placement",
            paramLabel = "PLACE",
            description = "Where it goes: system (the template's system turn), user (in front of the user's text, as"
                    + " published), or auto (default: system where the template takes it, otherwise user).")
    private AddedPrompt.@Nullable Placement placement;

    @Option(
            names = "--plausibility",
            paramLabel = "BETA",
            description =
                    "Choose only tokens that are at least BETA times as probable as the best without the safety prompt"
                            + " (contrastive decoding; 0.1 there). Default: any token.")
    private @Nullable Double plausibility;

    @Option(
            names = "--first-steps",
            paramLabel = "K",
            converter = NumberConverters.Positive.class,
            description = "Contrast the first K tokens only. Default: all.")
    private @Nullable Integer firstSteps;

    List<Use> uses() {
        return List.of(
                Use.of("--safety-prompt", safety != null, SelfCdDefinition.SAFETY_PROMPT),
                Use.of("--safety-placement", placement != null, SelfCdDefinition.SAFETY_PROMPT),
                Use.of("--plausibility", plausibility != null, SelfCdDefinition.PLAUSIBILITY),
                Use.of("--first-steps", firstSteps != null, SelfCdDefinition.FIRST_STEPS));
    }

    MethodArguments applied(MethodArguments arguments) {
        AddedPrompt published = AddedPrompt.safety();
        AddedPrompt prompt = new AddedPrompt(
                safety == null ? published.text() : safety, placement == null ? published.placement() : placement);
        return arguments
                .with(SelfCdDefinition.SAFETY_PROMPT, prompt)
                .with(SelfCdDefinition.PLAUSIBILITY, plausibility)
                .with(SelfCdDefinition.FIRST_STEPS, firstSteps);
    }
}
