package dev.steering.spark;

import dev.steering.core.vector.SteeringVector;
import dev.steering.eval.report.SummaryText;
import dev.steering.extract.VectorExtractor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerSpeculativeTaskSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;

/** The driver of a cluster of two executors that things happen to; a process of its own, started by {@link ClusterTest}. */
final class ClusterJob {
    private static final int PARTITIONS = 6;
    private static final int SLOW_MS = 15_000;

    private ClusterJob() {}

    /** {@code MASTER SPARK_CLASS_PATH extract BUNDLE DIRECTORY} or {@code ... evaluate BUNDLE DIRECTORY}. */
    public static void main(String[] args) throws Exception {
        SparkSession spark = SparkSession.builder()
                .master(args[0])
                .appName("cluster")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .config("spark.sql.shuffle.partitions", 2)
                .config("spark.speculation", true)
                .config("spark.speculation.interval", "200ms")
                .config("spark.speculation.quantile", 0.3)
                .config("spark.speculation.multiplier", 1.2)
                .config(
                        "spark.sql.warehouse.dir",
                        Path.of(args[3]).resolve("warehouse").toString())
                .getOrCreate();
        if (args[1].equals("extract")) {
            extract(spark, ModelSource.of(args[2]), Path.of(args[3]));
        } else {
            evaluate(spark, ModelSource.of(args[2]), Path.of(args[3]));
        }
        spark.stop();
    }

    /** Partition 1 fails once, partition 2 takes its executor with it once, partition 3 is slow wherever it is tried first. */
    private record Mishaps(String marks) implements MapFunction<Row, Row> {
        @Override
        public Row call(Row row) throws Exception {
            TaskContext task = TaskContext.get();
            switch (task.partitionId()) {
                case 1 -> {
                    if (first("failed")) {
                        throw new IllegalStateException("a failure that does not come again");
                    }
                }
                case 2 -> {
                    if (first("halted")) {
                        Runtime.getRuntime().halt(1);
                    }
                }
                case 3 -> {
                    if (first("slow")) {
                        Thread.sleep(SLOW_MS);
                    }
                }
                default -> {
                    // Nothing happens to the others.
                }
            }
            return row;
        }

        private boolean first(String what) throws Exception {
            try {
                Files.createFile(Path.of(marks, what));
                return true;
            } catch (java.nio.file.FileAlreadyExistsException e) {
                return false;
            }
        }
    }

    private static void extract(SparkSession spark, ModelSource source, Path directory) throws Exception {
        AtomicInteger lost = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger speculative = new AtomicInteger();
        spark.sparkContext().addSparkListener(new SparkListener() {
            @Override
            public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
                lost.incrementAndGet();
            }

            @Override
            public void onTaskEnd(SparkListenerTaskEnd end) {
                if (!end.taskInfo().successful()) {
                    failed.incrementAndGet();
                }
            }

            @Override
            public void onSpeculativeTaskSubmitted(SparkListenerSpeculativeTaskSubmitted submitted) {
                speculative.incrementAndGet();
            }
        });
        List<Row> rows = new ArrayList<>(LocalBundle.rows(LocalBundle.anchors()));
        // Skewed: the longest prompts are in the last partitions.
        rows.sort(java.util.Comparator.comparing(row -> row.getString(0).length()));
        rows.add(40, RowFactory.create("How do I bake bread? ".repeat(500), "harmless", "poisoned"));
        Dataset<Row> table = spark.createDataFrame(
                        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, PARTITIONS),
                        LocalBundle.LABELLED)
                .map(new Mishaps(directory.toString()), Encoders.row(LocalBundle.LABELLED));
        SparkExtraction made = SparkExtractor.of(source).withoutClassCheck().extract(table, LocalBundle.COLUMNS);
        SteeringVector alone = VectorExtractor.withDefaults().extract(source.model(), LocalBundle.anchors());
        System.out.println("distance "
                + TestTables.distance(alone.directions(), made.vector().directions()));
        System.out.println("transitions "
                + TestTables.distance(
                        alone.requireTransitionReference(), made.vector().requireTransitionReference()));
        System.out.println("prompts " + made.harmful() + " " + made.harmless());
        System.out.println(
                "left out " + made.examples().stream().map(LeftOut::row).toList() + " " + made.leftOut());
        System.out.println("executors lost " + lost.get());
        System.out.println("tasks failed " + failed.get());
        System.out.println("speculative " + speculative.get());
        System.out.println("done");
    }

    private static void evaluate(SparkSession spark, ModelSource source, Path directory) {
        SparkEvaluation made = SparkEvaluator.of(source, List.of("default", "scans"))
                .withVector(DemoAnswers.vector())
                .withWriting(24, 1)
                .withSteps(6)
                .evaluate(
                        spark.createDataFrame(DemoAnswers.rows(DemoAnswers.items(20)), DemoAnswers.ITEMS),
                        directory.resolve("table").toString());
        System.out.println("answered " + made.answered());
        System.out.println(SummaryText.csv(made.summary()));
        System.out.println("done");
    }
}
