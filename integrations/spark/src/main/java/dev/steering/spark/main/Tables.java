package dev.steering.spark.main;

import dev.steering.core.BadRequest;
import java.util.Locale;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** Reads and writes tables of whatever form Spark knows. Stateless and thread-safe. */
final class Tables {
    private static final String NAMED = "table:";
    static final String DESCRIPTION =
            "a file or directory in any file system that Spark reads (.parquet, .json, .jsonl, .csv with a header, .tsv, .orc, .txt with a"
                    + " prompt a line; without such an ending Parquet), or table:NAME of the catalogue (Hive, Delta, ...)";

    private Tables() {}

    static SparkSession session(String command) {
        return SparkSession.builder().appName("steer-spark " + command).getOrCreate();
    }

    /** @param format name of a source of Spark; null to go by the name's ending */
    static Dataset<Row> read(SparkSession spark, String place, @Nullable String format) {
        try {
            if (place.startsWith(NAMED)) {
                return spark.table(place.substring(NAMED.length()));
            }
            String name = format == null ? ending(place) : format;
            return switch (name) {
                case "csv", "tsv" ->
                    spark.read()
                            .option("header", true)
                            .option("multiLine", true)
                            .option("escape", "\"")
                            .option("sep", name.equals("tsv") ? "\t" : ",")
                            .csv(place);
                case "json", "jsonl" -> spark.read().json(place);
                case "txt", "text" -> spark.read().text(place).withColumnRenamed("value", "prompt");
                default -> spark.read().format(name).load(place);
            };
        } catch (Exception e) {
            // Spark declares no checked exceptions here, and throws some all the same.
            if (e instanceof AnalysisException) {
                String message = String.valueOf(e.getMessage());
                int line = message.indexOf('\n');
                throw new BadRequest(
                        place + " cannot be read as a table: " + (line < 0 ? message : message.substring(0, line))
                                + " Expected " + DESCRIPTION + ".",
                        e);
            }
            throw e;
        }
    }

    static String ending(String place) {
        String name = place.toLowerCase(Locale.ROOT).replaceAll("(\\.gz|\\.bz2|\\.zst)?/*$", "");
        for (String one : new String[] {"csv", "tsv", "json", "jsonl", "txt", "orc"}) {
            if (name.endsWith("." + one)) {
                return one;
            }
        }
        return "parquet";
    }
}
