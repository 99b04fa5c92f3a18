package dev.steering.cli.inspect;

import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Provenance;
import dev.steering.export.inspect.VectorInspection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A steering vector as lines. */
final class VectorText {
    private final FactLines lines;

    VectorText(FactLines lines) {
        this.lines = lines;
    }

    void print(VectorInspection vector) {
        Provenance origin = vector.provenance();
        lines.line("vector", vector.path().toString());
        lines.line("sizes", vector.layers() + " layers, hidden " + vector.hidden() + ", raw directions (norms below)");
        lines.line("of model", origin.modelName() + ", fingerprint " + origin.modelFingerprint());
        lines.line(
                "extracted",
                origin.method() + " of " + vector.harmful() + " harmful and " + vector.harmless()
                        + " harmless prompts, token " + origin.tokenSelector() + ", template " + origin.template()
                        + ", seed " + origin.seed());
        lines.line("applies to", origin.site() + ", by " + origin.operation());
        statistic("norms", vector, LayerStatistics::directionNorm);
        statistic("of activity", vector, LayerStatistics::activationNorm);
        statistic("separability", vector, LayerStatistics::separability);
        VectorInspection.Anchored anchoring = vector.anchoring();
        if (anchoring == null) {
            lines.line("layers", "not chosen yet");
        } else {
            anchoring(anchoring);
        }
        lines.line(
                "made by",
                origin.versions().entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private void anchoring(VectorInspection.Anchored anchoring) {
        Calibration calibration = anchoring.calibration();
        lines.line("refusal", FactLines.numbers(anchoring.refusalScores()) + " (score of each layer)");
        lines.line(
                "layers",
                "steer " + FactLines.joined(anchoring.steeringLayers()) + ", alpha " + anchoring.alpha() + " ("
                        + anchoring.scale() + "); classify at " + FactLines.joined(calibration.classifierLayers()));
        lines.line(
                "threshold",
                String.format(
                        Locale.ROOT,
                        "%.4f, AUC %.4f, harmful found %.1f %%, harmless passed %.1f %% (%s: %d + %d prompts)",
                        calibration.threshold(),
                        calibration.auc(),
                        100 * calibration.harmfulFound(),
                        100 * calibration.harmlessPassed(),
                        calibration.source(),
                        calibration.harmful(),
                        calibration.harmless()));
    }

    private void statistic(String label, VectorInspection vector, ToDoubleFunction<LayerStatistics> value) {
        lines.line(
                label,
                FactLines.numbers(
                        vector.statistics().stream().map(value::applyAsDouble).toList()));
    }
}
