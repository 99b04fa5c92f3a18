package dev.steering.spark.main;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.plan.Layers;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.VectorFile;
import dev.steering.spark.SparkScorer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code steer-spark score}. */
@Command(
        name = "score",
        mixinStandardHelpOptions = true,
        description = {
            "Write a table with two columns more: the score of each text by a vector, and why there is none.",
            "",
            "Example:  steer-spark score --model llama-8b --vector refusal.safetensors --prompts questions.parquet -o scored.parquet"
        })
final class SparkScoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private SparkModelMixin model = new SparkModelMixin();

    @Mixin
    private JsonMixin json = new JsonMixin();

    @Option(
            names = "--vector",
            required = true,
            paramLabel = "VECTOR",
            description = "Vector file, where the driver runs.")
    private Path vectorFile = Path.of("");

    @Option(
            names = "--prompts",
            required = true,
            paramLabel = "TABLE",
            description = "The texts: " + Tables.DESCRIPTION + ".")
    private String prompts = "";

    @Option(names = "--column", paramLabel = "COLUMN", description = "Where the texts are. Default: prompt.")
    private String column = "prompt";

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "How the table is stored, as Spark calls it, such as delta.")
    private @Nullable String format;

    @Option(
            names = "--read",
            paramLabel = "WHAT",
            description =
                    "transition (SCANS's score; default where the vector is calibrated), cosine or projection (default otherwise).")
    private @Nullable String reading;

    @Option(
            names = "--layers",
            paramLabel = "LAYERS",
            description = "At which layers, such as 5,9-11. Default: the vector's.")
    private @Nullable String layers;

    @Option(names = "--batch", paramLabel = "N", description = "Texts in one forward pass, default 16.")
    private int batch = 16;

    @Option(names = "--as", paramLabel = "COLUMN", description = "Name of the new column. Default: score.")
    private String as = "score";

    @Option(
            names = "-o",
            required = true,
            paramLabel = "DIR",
            description = "Directory of Parquet files to write, which must not exist.")
    private String output = "";

    @Override
    public Integer call() {
        SparkScorer scorer = scorer();
        SparkSession spark = Tables.session("score");
        Dataset<Row> scored = scorer.score(Tables.read(spark, prompts, format), column, as);
        scored.write().mode(SaveMode.ErrorIfExists).parquet(output);
        Row counts = spark.read()
                .parquet(output)
                .agg(
                        functions.count(functions.lit(1)),
                        functions.count(functions.col("`" + as + "`")),
                        functions.count(functions.col("`" + as + "_error`")))
                .first();
        if (json.isAsked()) {
            ObjectNode node = JsonMixin.result("spark score")
                    .put("directory", output)
                    .put("column", as)
                    .put("reading", scorer.reading().label())
                    .put("rows", counts.getLong(0))
                    .put("scored", counts.getLong(1))
                    .put("errors", counts.getLong(2));
            scorer.layers().forEach(node.putArray("layers")::add);
            JsonMixin.print(spec.commandLine().getOut(), node);
            return 0;
        }
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%s: %d rows, %d scored (%s at layers %s), %d with an error%n",
                        output,
                        counts.getLong(0),
                        counts.getLong(1),
                        scorer.reading().label(),
                        Layers.text(scorer.layers()),
                        counts.getLong(2));
        spec.commandLine().getOut().flush();
        return 0;
    }

    private SparkScorer scorer() {
        SparkScorer scorer = SparkScorer.of(model.source(), VectorFile.read(vectorFile));
        try {
            scorer = scorer.withBatchSize(batch);
            if (layers != null) {
                scorer = scorer.withLayers(Layers.parse(layers));
            }
        } catch (BadRequest e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        return reading == null ? scorer : scorer.withReading(reading(reading));
    }

    private SparkScorer.Reading reading(String text) {
        return Arrays.stream(SparkScorer.Reading.values())
                .filter(one -> one.label().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--read expects one of "
                                + List.of(SparkScorer.Reading.values()).stream()
                                        .map(SparkScorer.Reading::label)
                                        .toList()
                                + ", found '" + text + "'."));
    }
}
