package dev.steering.spark.main;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.VectorFile;
import dev.steering.extract.Estimator;
import dev.steering.extract.TokenSelector;
import dev.steering.spark.LeftOut;
import dev.steering.spark.PromptColumns;
import dev.steering.spark.SparkExtraction;
import dev.steering.spark.SparkExtractor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code steer-spark extract}. */
@Command(
        name = "extract",
        mixinStandardHelpOptions = true,
        description = {
            "Extract a steering vector from tables of prompts: the one that 'steer extract' makes of the same prompts.",
            "Rows that cannot be used are left out and said.",
            "",
            "Example:  steer-spark extract --model llama-8b --harmful harmful.parquet --harmless harmless.parquet -o refusal.safetensors",
            "          steer-spark extract --model llama-8b --prompts table:prompts --label class --id key -o refusal.safetensors"
        })
final class SparkExtractCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private SparkModelMixin model = new SparkModelMixin();

    @Mixin
    private JsonMixin json = new JsonMixin();

    @Option(
            names = "--harmful",
            paramLabel = "TABLE",
            description = "Prompts that should be refused: " + Tables.DESCRIPTION + ".")
    private @Nullable String harmful;

    @Option(names = "--harmless", paramLabel = "TABLE", description = "Prompts that should be answered.")
    private @Nullable String harmless;

    @Option(names = "--prompts", paramLabel = "TABLE", description = "Prompts of both classes, with --label.")
    private @Nullable String prompts;

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            description =
                    "Which class a prompt is of: harmful, unsafe, refuse, true or 1, or harmless, safe, comply, false or 0.")
    private @Nullable String label;

    @Option(names = "--column", paramLabel = "COLUMN", description = "Where the prompts are. Default: prompt.")
    private String column = "prompt";

    @Option(names = "--id", paramLabel = "COLUMN", description = "What identifies a row in what is said about it.")
    private @Nullable String id;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "How the tables are stored, as Spark calls it, such as delta.")
    private @Nullable String format;

    @Option(
            names = "-o",
            required = true,
            paramLabel = "VECTOR",
            description = "Vector file to write, where the driver runs.")
    private Path file = Path.of("");

    @Option(names = "--force", description = "Replace a file that is no steering vector.")
    private boolean force;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            description =
                    "mean-difference (default, any number of prompts), pca, logistic or lda (4096 prompts at most).")
    private String method = Estimator.MEAN_DIFFERENCE.label();

    @Option(
            names = "--token",
            paramLabel = "WHICH",
            description = "Whose activations are taken: last (default), last-K, mean.")
    private String token = "last";

    @Option(names = "--batch", paramLabel = "N", description = "Prompts in one forward pass, default 16.")
    private int batch = 16;

    @Option(
            names = "--listed",
            paramLabel = "N",
            description =
                    "Most prompts of a class whose hashes the vector keeps, to find leaks by. Default: 1000000; of more it keeps none.")
    private int listed = 1_000_000;

    @Override
    public Integer call() {
        boolean two = harmful != null && harmless != null && prompts == null && label == null;
        boolean one = prompts != null && label != null && harmful == null && harmless == null;
        if (!two && !one) {
            throw new ParameterException(
                    spec.commandLine(), "expected --harmful and --harmless, or --prompts and --label.");
        }
        SparkExtractor extractor = extractor();
        OutputRule rule = OutputRule.STANDARD.withForce(force);
        rule.requireFile(file, VectorFile.KIND);
        SparkSession spark = Tables.session("extract");
        PromptColumns columns = new PromptColumns(column, label == null ? "steer_label" : label, id);
        SparkExtraction made = extractor.extract(
                one
                        ? Tables.read(spark, String.valueOf(prompts), format)
                        : side(spark, String.valueOf(harmful), true)
                                .union(side(spark, String.valueOf(harmless), false)),
                columns);
        VectorFile.write(file, made.vector(), rule);
        PrintWriter out = spec.commandLine().getOut();
        if (json.isAsked()) {
            JsonMixin.print(out, result(made));
        } else {
            print(out, made);
        }
        return 0;
    }

    private ObjectNode result(SparkExtraction made) {
        ObjectNode node = JsonMixin.result("spark extract")
                .put("file", file.toString())
                .put("model", made.vector().provenance().modelName())
                .put("harmful", made.harmful())
                .put("harmless", made.harmless())
                .put("hashes_listed", made.listed());
        JsonMixin.putLeftOut(node, made.leftOut(), made.examples());
        ArrayNode layers = node.putArray("layers");
        for (LayerStatistics layer : made.vector().requireStatistics()) {
            layers.addObject()
                    .put("layer", layer.layer())
                    .put("norm", layer.directionNorm())
                    .put("separability", layer.separability());
        }
        return node;
    }

    private SparkExtractor extractor() {
        try {
            return SparkExtractor.of(model.source())
                    .withMethod(estimator())
                    .withTokenSelector(TokenSelector.parse(token))
                    .withBatchSize(batch)
                    .withListed(listed);
        } catch (BadRequest e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Estimator estimator() {
        return Arrays.stream(Estimator.values())
                .filter(one -> one.label().equalsIgnoreCase(method))
                .findFirst()
                .orElseThrow(() -> new BadRequest("there is no method '" + method + "' here: expected one of "
                        + Arrays.stream(Estimator.values())
                                .map(Estimator::label)
                                .collect(Collectors.joining(", ")) + "."));
    }

    private Dataset<Row> side(SparkSession spark, String place, boolean isHarmful) {
        Dataset<Row> table = Tables.read(spark, place, format);
        for (String needed : id == null ? new String[] {column} : new String[] {column, id}) {
            if (!Arrays.asList(table.columns()).contains(needed)) {
                throw new BadRequest(place + " has no column '" + needed + "': its columns are "
                        + String.join(", ", table.columns()) + ".");
            }
        }
        Dataset<Row> prompt =
                id == null ? table.select(table.col(column)) : table.select(table.col(column), table.col(id));
        return prompt.withColumn("steer_label", functions.lit(isHarmful));
    }

    private void print(PrintWriter out, SparkExtraction made) {
        out.printf(
                Locale.ROOT,
                "%s: %d harmful and %d harmless prompts, %d rows left out, %s%n",
                file,
                made.harmful(),
                made.harmless(),
                made.leftOut(),
                made.vector().provenance().modelName());
        for (LeftOut row : made.examples()) {
            out.printf(Locale.ROOT, "  left out %s: %s%n", row.row(), row.reason());
        }
        if (!made.listed()) {
            out.println(
                    "The vector keeps no hashes of its prompts: leaks into an evaluation cannot be found. --listed says how many it keeps.");
        }
        for (LayerStatistics layer : made.vector().requireStatistics()) {
            out.printf(
                    Locale.ROOT,
                    "  layer %d: norm %.4f, separability %.3f%n",
                    layer.layer(),
                    layer.directionNorm(),
                    layer.separability());
        }
        out.println("Next: steer layers " + file + " with held-out prompts, on one machine");
        out.flush();
    }
}
