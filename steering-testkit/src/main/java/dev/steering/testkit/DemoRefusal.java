package dev.steering.testkit;

import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The golden refusal vector of the demo model, with the settings of the public SCANS code. */
public final class DemoRefusal {
    private static final int LAYERS = 6;
    private static final int HIDDEN = 128;

    private DemoRefusal() {}

    /**
     * @param fingerprint of the demo model's bundle
     * @return the vector: 6 layers, hidden size 128, anchored at layer 3, threshold calibrated at layer 5
     */
    public static SteeringVector vector(String fingerprint) {
        SafetensorsFile file = SafetensorsFile.open(Fixtures.demoModel().resolve("scans-reference.safetensors"));
        List<Double> auc = IntStream.range(0, LAYERS).mapToObj(l -> 1.0).toList();
        Provenance provenance = new Provenance(
                fingerprint, "demo", "", "mean-difference", "last", "block-output", "add", "chat", 0, Map.of());
        Calibration calibration = new Calibration("test", 1, 1, List.of(5), 0.9581, 1, 1, 1, auc);
        return SteeringVector.of(
                        LayerMatrix.of(LAYERS, HIDDEN, file.floats("mean_difference_raw", LAYERS, HIDDEN)), provenance)
                .withTransitionReference(
                        LayerMatrix.of(LAYERS, HIDDEN, file.floats("transition_reference", LAYERS, HIDDEN)))
                .withAnchoring(new Anchoring(
                        20, List.of(), List.of(), List.of(), List.of(3), 0.75, VectorScale.RAW, calibration));
    }
}
