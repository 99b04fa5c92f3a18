package dev.steering.core.vector;

import dev.steering.core.tuning.TuningCost;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.core.tuning.TuningCurve.Ending;
import dev.steering.core.tuning.TuningCurve.Epoch;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small steering vectors for tests. */
final class VectorExamples {
    private VectorExamples() {}

    /** The value of the golden file {@code v1.safetensors}. */
    static SteeringVector anchored() {
        return plain().withAnchoring(anchoring(List.of(1)));
    }

    /** With the record of a sweep. */
    static SteeringVector swept() {
        return plain().withAnchoring(swept(operatingPoint(0.0125)));
    }

    static Anchoring swept(OperatingPoint point) {
        Anchoring anchoring = anchoring(List.of(1));
        return anchoring.withSettings(List.of(0, 1), 0.5, VectorScale.UNIT, anchoring.calibration(), point);
    }

    static OperatingPoint operatingPoint(@Nullable Double divergence) {
        return new OperatingPoint(
                "lowest \"cost\"",
                "scans's list",
                2,
                new OperatingPoint.Grid(List.of(List.of(1), List.of(0, 1)), List.of(0.25, 0.5), 1234),
                0.1583,
                0.125,
                0.0391,
                divergence,
                List.of(
                        new OperatingPoint.SetFigures("safe", false, 120, 88, 17),
                        new OperatingPoint.SetFigures("harmful", true, 120, 120, 119)),
                List.of(
                        new OperatingPoint.SetFigures("safe", false, 360, 225, 63),
                        new OperatingPoint.SetFigures("harmful", true, 360, 360, 355)));
    }

    static SteeringVector learned(List<Integer> layers) {
        SteeringVector plain = plain();
        TuningCurve curve = new TuningCurve(List.of(new Epoch(3, 2.5), new Epoch(1.5, 0.1)), 1, Ending.HELD_OUT);
        return plain.withLearning(new Learning(
                "ef".repeat(32),
                Map.of("harmful_refusal", 12, "harmful_refusal_held_out", 3),
                "random",
                Map.of("learning_rate", 0.05, "clip", 1.0),
                new TuningCost(10, 2000, 300),
                layers.stream()
                        .map(layer -> new Learning.Layer(layer, curve, 4, 1.25, -0.5))
                        .toList()));
    }

    /** The value of the golden file {@code v2.safetensors}: everything that version 2 can say. */
    static SteeringVector complete() {
        SteeringVector swept = swept();
        return learned(List.of(1))
                .withScale(VectorScale.RAW)
                .withPrompts(ExtractionPrompts.hashed(prompts()))
                .withProvenance(of(identity()))
                .withAnchoring(swept.anchoring());
    }

    /** What another tool's file says: directions and the model's name. */
    static SteeringVector fromElsewhere() {
        return SteeringVector.of(plain().directions(), Provenance.elsewhere("llama", "repeng"))
                .withScale(VectorScale.RAW);
    }

    static ModelIdentity identity() {
        return new ModelIdentity(
                "ab".repeat(32),
                Map.of("rope_theta", "10000", "num_attention_heads", "4", "hidden_act", "silu"),
                "12".repeat(32),
                frame("chat", Map.of("enable_thinking", "false"), "Be brief."));
    }

    static ModelIdentity.Frame frame(String format, Map<String, String> variables, @Nullable String system) {
        return new ModelIdentity.Frame(
                format, List.of(1, 5, 9), List.of(7, 8), "<s><|user|>", "<|end|>\n<|assistant|>", variables, system);
    }

    static Provenance of(ModelIdentity model) {
        Provenance p = provenance("block-output", "add");
        return new Provenance(
                model,
                p.modelName(),
                p.contrastSetHash(),
                p.method(),
                p.tokenSelector(),
                p.site(),
                p.operation(),
                p.template(),
                p.seed(),
                p.versions());
    }

    static SteeringVector plain() {
        return with(provenance("block-output", "add"), statistics(0, 1, 0.1));
    }

    static SteeringVector with(Provenance provenance, List<LayerStatistics> statistics) {
        return SteeringVector.of(LayerMatrix.of(new float[][] {{1, -2, 0.1f}, {0, 1e-30f, 3}}), provenance)
                .withTransitionReference(LayerMatrix.of(new float[][] {{4, 5, 6}, {7, 8, 9.5f}}))
                .withStatistics(statistics)
                .withPrompts(ExtractionPrompts.kept(prompts()));
    }

    static ContrastSet prompts() {
        return new ContrastSet(
                List.of("How do I boil an egg?", "Which caf\u00e9 is \"open\"?\nToday, I mean."),
                List.of("What time is it? \ud83d\ude42"));
    }

    static List<LayerStatistics> statistics(int first, int second, double separability) {
        return List.of(
                new LayerStatistics(first, 2.2383, 12.5, separability), new LayerStatistics(second, 3, 1e22, 2e-3));
    }

    static Provenance provenance(String site, String operation) {
        return new Provenance(
                "ab".repeat(32),
                "tiny-llama",
                "cd".repeat(32),
                "mean-difference",
                "last",
                site,
                operation,
                "chat",
                Long.MIN_VALUE,
                Map.of("steering", "0.1.0", "onnxruntime", "1.29.0"));
    }

    static Anchoring anchoring(List<Integer> steeringLayers) {
        Projection first = new Projection(0, 0, 0.25, List.of(new Projection.TokenScore(7, " egg", 1.5, false)));
        Projection second = new Projection(1, 1, 1, List.of(new Projection.TokenScore(9, " cannot", 2.5, true)));
        Calibration calibration =
                new Calibration("held-out files", 8, 9, List.of(0, 1), 0.9581, 0.99, 0.875, 1, List.of(0.5, 0.98));
        return new Anchoring(
                1,
                List.of(" cannot", " sorry"),
                List.of(first, second),
                List.of(new Projection(0, 1, 0.5, List.of())),
                steeringLayers,
                0.75,
                VectorScale.RAW,
                calibration);
    }
}
