package dev.steering.cli.commands;

import dev.steering.apply.AddedPrompt;
import dev.steering.apply.MethodName;
import dev.steering.apply.SelfCdSettings;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How Self-CD contrasts two contexts. */
final class ContrastOptions {
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

    List<SteeringOptions.Use> uses() {
        EnumSet<MethodName> selfCd = EnumSet.of(MethodName.SELF_CD);
        return List.of(
                new SteeringOptions.Use("--safety-prompt", safety != null, selfCd),
                new SteeringOptions.Use("--safety-placement", placement != null, selfCd),
                new SteeringOptions.Use("--plausibility", plausibility != null, selfCd),
                new SteeringOptions.Use("--first-steps", firstSteps != null, selfCd));
    }

    SelfCdSettings settings(@Nullable Double alpha) {
        AddedPrompt published = AddedPrompt.safety();
        AddedPrompt prompt = new AddedPrompt(
                safety == null ? published.text() : safety, placement == null ? published.placement() : placement);
        return new SelfCdSettings(
                alpha == null ? SelfCdSettings.DEFAULT_ALPHA : alpha, prompt, plausibility, firstSteps);
    }
}
