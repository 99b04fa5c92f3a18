package dev.steering.spark;

import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.VectorExtractor;
import dev.steering.testkit.Fixtures;
import java.nio.file.Path;
import org.apache.spark.sql.SaveMode;

/** What tests of other packages need of this one's. */
public final class TestTables {
    private TestTables() {}

    public static String bundle() {
        return LocalSpark.BUNDLE.toString();
    }

    public static String prompts(String file) {
        return Fixtures.demoModel()
                .resolve("prompts")
                .resolve(file)
                .toAbsolutePath()
                .normalize()
                .toString();
    }

    public static SteeringVector vector() {
        return DemoAnswers.vector();
    }

    public static void writeItems(Path place, int each) {
        DemoAnswers.table(DemoAnswers.items(each))
                .write()
                .mode(SaveMode.ErrorIfExists)
                .json(place.toString());
    }

    /** Of directions and transitions from those of the demo anchors. */
    public static double distanceFromOneMachine(SteeringVector vector) {
        SteeringVector alone = VectorExtractor.withDefaults().extract(LocalSpark.SOURCE.model(), LocalBundle.anchors());
        return Math.max(
                distance(alone.directions(), vector.directions()),
                distance(alone.requireTransitionReference(), vector.requireTransitionReference()));
    }

    /** The largest difference, relative to the layer's largest component. */
    static double distance(LayerMatrix one, LayerMatrix other) {
        double worst = 0;
        for (int l = 0; l < one.layers(); l++) {
            float[] a = one.row(l);
            float[] b = other.row(l);
            double size = 0;
            double difference = 0;
            for (int i = 0; i < a.length; i++) {
                size = Math.max(size, Math.abs(a[i]));
                difference = Math.max(difference, Math.abs(a[i] - b[i]));
            }
            worst = Math.max(worst, difference / size);
        }
        return worst;
    }
}
