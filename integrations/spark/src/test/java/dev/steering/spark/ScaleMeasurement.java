package dev.steering.spark;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.VectorExtractor;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.RuntimeOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Measures what docs/scale.md says: {@code MASTER PROMPTS} extracts from so many short prompts on Spark, {@code alone PROMPTS THREADS} does the
 * same without. Not a test; run by hand.
 */
final class ScaleMeasurement {
    private static final int REPETITIONS = 3;

    private ScaleMeasurement() {}

    /** Distinct prompts: the anchors with a word of another in front. */
    private static ContrastSet prompts(int count) {
        return new ContrastSet(
                side(LocalBundle.anchors().harmful(), count / 2),
                side(LocalBundle.anchors().harmless(), count / 2));
    }

    private static List<String> side(List<String> anchors, int count) {
        Set<String> words = new TreeSet<>();
        anchors.forEach(anchor -> words.addAll(List.of(anchor.split(" ", -1))));
        List<String> many = new ArrayList<>(anchors);
        for (String one : words) {
            for (String other : words) {
                for (String anchor : anchors) {
                    if (many.size() >= count) {
                        return many.subList(0, count);
                    }
                    many.add(one + " " + other + " " + anchor);
                }
            }
        }
        return many;
    }

    public static void main(String[] args) {
        ContrastSet prompts = prompts(Integer.parseInt(args[1]));
        for (int i = 0; i < REPETITIONS; i++) {
            long started = System.nanoTime();
            SteeringVector vector =
                    args[0].equals("alone") ? alone(prompts, Integer.parseInt(args[2])) : onSpark(args[0], prompts);
            System.out.printf(
                    Locale.ROOT,
                    "%s %d prompts %.2f s, layer 5: %.6f%n",
                    String.join(" ", args),
                    prompts.harmful().size() + prompts.harmless().size(),
                    (System.nanoTime() - started) / 1e9,
                    vector.requireStatistics().get(5).directionNorm());
        }
        if (!args[0].equals("alone")) {
            SparkSession.active().stop();
        }
    }

    private static SteeringVector alone(ContrastSet prompts, int threads) {
        try (ChatModel model = ChatModel.open(
                Bundle.open(LocalBundle.DIRECTORY), RuntimeOptions.defaults().withThreads(threads))) {
            return VectorExtractor.withDefaults().extract(model, prompts);
        }
    }

    private static SteeringVector onSpark(String master, ContrastSet prompts) {
        SparkSession spark = SparkSession.builder()
                .master(master)
                .appName("scale")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", 2)
                .getOrCreate();
        List<Row> rows = LocalBundle.rows(prompts);
        return SparkExtractor.of(ModelSource.of(LocalBundle.DIRECTORY.toString()))
                .extract(
                        spark.createDataset(rows, Encoders.row(LocalBundle.LABELLED))
                                .repartition(8),
                        LocalBundle.COLUMNS)
                .vector();
    }
}
