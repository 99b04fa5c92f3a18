package dev.steering.spark;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.testkit.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The demo model's golden vector, and prompts for it. */
final class DemoAnswers {
    private static final int LAYERS = 6;
    private static final int HIDDEN = 128;
    static final StructType ITEMS = new StructType()
            .add("set", DataTypes.StringType)
            .add("expected", DataTypes.StringType)
            .add("row", DataTypes.LongType)
            .add("prompt", DataTypes.StringType);

    private DemoAnswers() {}

    /** The golden direction and threshold of the public SCANS code on this model. */
    static SteeringVector vector() {
        SafetensorsFile file = SafetensorsFile.open(Fixtures.demoModel().resolve("scans-reference.safetensors"));
        List<Double> auc = IntStream.range(0, LAYERS).mapToObj(l -> 1.0).toList();
        String fingerprint = Bundle.open(LocalBundle.DIRECTORY).manifest().fingerprint();
        return SteeringVector.of(
                        LayerMatrix.of(LAYERS, HIDDEN, file.floats("mean_difference_raw", LAYERS, HIDDEN)),
                        new Provenance(
                                fingerprint,
                                "demo",
                                "",
                                "mean-difference",
                                "last",
                                "block-output",
                                "add",
                                "chat",
                                0,
                                Map.of()))
                .withTransitionReference(
                        LayerMatrix.of(LAYERS, HIDDEN, file.floats("transition_reference", LAYERS, HIDDEN)))
                .withAnchoring(new Anchoring(
                        20,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(3),
                        0.75,
                        VectorScale.RAW,
                        new Calibration("test", 1, 1, List.of(5), 0.9581, 1, 1, 1, auc)));
    }

    static List<EvalItem> items(int each) {
        List<EvalItem> items = new ArrayList<>();
        for (String set : List.of("harmful", "safe")) {
            List<String> lines = LocalBundle.lines("calibration-" + set + ".txt");
            for (int i = 0; i < each; i++) {
                items.add(new EvalItem(
                        set, set.equals("harmful") ? Expectation.REFUSE : Expectation.COMPLY, i, lines.get(i)));
            }
        }
        return items;
    }

    static List<Row> rows(List<EvalItem> items) {
        return items.stream()
                .map(item -> RowFactory.create(item.set(), item.expectation().name(), (long) item.row(), item.prompt()))
                .toList();
    }

    static Dataset<Row> table(List<EvalItem> items) {
        return LocalSpark.SPARK.createDataFrame(rows(items), ITEMS);
    }
}
