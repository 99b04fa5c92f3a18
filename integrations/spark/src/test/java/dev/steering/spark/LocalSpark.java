package dev.steering.spark;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A Spark of two cores in this process, started once for all tests, and the demo model. */
final class LocalSpark {
    static final SparkSession SPARK = SparkSession.builder()
            .master("local[2]")
            .appName("tests")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 3)
            .config(
                    "spark.sql.warehouse.dir",
                    Path.of("target/warehouse").toAbsolutePath().toString())
            .getOrCreate();
    static final Path BUNDLE = LocalBundle.DIRECTORY;
    static final ModelSource SOURCE = ModelSource.of(BUNDLE.toString());

    private LocalSpark() {}

    static Dataset<Row> table(List<Row> rows) {
        return SPARK.createDataFrame(rows, LocalBundle.LABELLED);
    }
}
