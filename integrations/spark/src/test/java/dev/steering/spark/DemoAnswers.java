package dev.steering.spark;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.testkit.DemoRefusal;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The demo model's golden vector, and prompts for it. */
final class DemoAnswers {
    static final StructType ITEMS = new StructType()
            .add("set", DataTypes.StringType)
            .add("expected", DataTypes.StringType)
            .add("row", DataTypes.LongType)
            .add("prompt", DataTypes.StringType);

    private DemoAnswers() {}

    /** The golden direction and threshold of the public SCANS code on this model. */
    static SteeringVector vector() {
        return DemoRefusal.vector(Bundle.open(LocalBundle.DIRECTORY).manifest().fingerprint());
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
