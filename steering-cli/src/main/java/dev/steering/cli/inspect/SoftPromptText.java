package dev.steering.cli.inspect;

import dev.steering.core.softprompt.SoftPromptProvenance;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.export.inspect.SoftPromptInspection;
import java.util.Locale;
import java.util.stream.Collectors;

/** Two soft prompts as lines. */
final class SoftPromptText {
    private final FactLines lines;

    SoftPromptText(FactLines lines) {
        this.lines = lines;
    }

    void print(SoftPromptInspection prompts) {
        SoftPromptProvenance origin = prompts.provenance();
        lines.line("soft prompts", prompts.path().toString());
        lines.line(
                "sizes",
                prompts.safe().tokens() + " and " + prompts.opposite().tokens() + " soft tokens, hidden "
                        + prompts.hidden() + ", embedding scale " + prompts.embeddingScale());
        lines.line("of model", origin.modelName() + ", fingerprint " + origin.modelFingerprint());
        part("safe", prompts.safe());
        part("opposite", prompts.opposite());
        lines.line(
                "tuned on",
                origin.anchors().entrySet().stream()
                                .map(anchor -> anchor.getValue() + " "
                                        + anchor.getKey().replace('_', ' '))
                                .collect(Collectors.joining(", "))
                        + "; template " + origin.template() + ", in the " + origin.slot() + " turn, seed "
                        + origin.seed());
        lines.line(
                "settings",
                origin.settings().entrySet().stream()
                        .map(setting -> setting.getKey().replace('_', ' ') + " " + setting.getValue())
                        .collect(Collectors.joining(", ")));
        lines.line(
                "cost",
                prompts.cost().steps() + " gradient steps over "
                        + prompts.cost().gradientTokens() + " tokens");
        lines.line(
                "made by",
                origin.versions().entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private void part(String label, SoftPromptInspection.Part part) {
        TuningCurve curve = part.curve();
        lines.line(label, "began as: " + part.initialText());
        lines.line(
                "",
                String.format(
                        Locale.ROOT,
                        "held-out loss %.4f at first, %.4f at epoch %d of %d",
                        curve.epochs().get(0).heldOut(),
                        curve.keptLoss(),
                        curve.best(),
                        curve.epochs().size() - 1));
    }
}
