package dev.steering.spark.main;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.BadRequest;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.EvaluationJson;
import dev.steering.eval.report.SummaryText;
import dev.steering.spark.LeftOut;
import dev.steering.spark.SparkEvaluation;
import dev.steering.spark.SparkEvaluator;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code steer-spark eval}. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = {
            "Compare methods, at one strength or several, on a table of prompts: the numbers of 'steer eval'.",
            "A run that was killed goes on from its table when the same command is given again.",
            "",
            "Example:  steer-spark eval --model llama-8b --vector refusal.safetensors --methods default,scans \\",
            "              --alphas 1,2,4 --prompts questions.parquet -o answers.parquet"
        })
final class SparkEvalCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private SparkModelMixin model = new SparkModelMixin();

    @Mixin
    private JsonMixin json = new JsonMixin();

    @Option(
            names = "--prompts",
            required = true,
            paramLabel = "TABLE",
            description =
                    "The prompts, with the columns prompt, set, expected (comply or refuse) and row (a number that is the prompt's"
                            + " own within its set): " + Tables.DESCRIPTION + ".")
    private String prompts = "";

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "How the table is stored, as Spark calls it, such as delta.")
    private @Nullable String format;

    @Option(
            names = "--methods",
            split = ",",
            paramLabel = "METHOD",
            description =
                    "Methods, separated by commas; the first is what the others are compared with. Default: default,scans with a"
                            + " vector, otherwise default,self-cd.")
    private List<String> methods = List.of();

    @Option(names = "--vector", paramLabel = "VECTOR", description = "Vector file, where the driver runs.")
    private @Nullable Path vectorFile;

    @Option(
            names = "--alphas",
            split = ",",
            paramLabel = "A",
            description = "Strengths of all steering, separated by commas. Default: the vector file's.")
    private List<Double> strengths = List.of();

    @Option(names = "--max-new-tokens", paramLabel = "N", description = "Most tokens of an answer. Default: 256.")
    private int tokens = 256;

    @Option(names = "--repetition-penalty", paramLabel = "R", description = "1 (default) for none.")
    private double penalty = 1;

    @Option(names = "--system", paramLabel = "TEXT", description = "System prompt.")
    private @Nullable String system;

    @Option(names = "--judge", paramLabel = "LIST", description = "Published list of refusal phrases. Default: scans.")
    private String judge = "scans";

    @Option(names = "--batch", paramLabel = "N", description = "Most answers that a task writes at once. Default: 32.")
    private int batch = 32;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "In how many steps the table is written: a run that is killed loses one at most. Default: 8.")
    private int steps = 8;

    @Option(names = "--allow-overlap", description = "Also ask prompts that the vector was extracted from.")
    private boolean overlap;

    @Option(names = "-o", required = true, paramLabel = "DIR", description = "The table: a directory of Parquet files.")
    private String table = "";

    @Override
    public Integer call() {
        SparkEvaluator evaluator = evaluator();
        SparkSession spark = Tables.session("eval");
        SparkEvaluation made = evaluator.evaluate(Tables.read(spark, prompts, format), table);
        PrintWriter out = spec.commandLine().getOut();
        if (json.isAsked()) {
            ObjectNode node = JsonMixin.result("spark eval")
                    .put("table", table)
                    .put("prompts", made.prompts())
                    .put("answered", made.answered());
            JsonMixin.putLeftOut(node, made.leftOut(), made.examples());
            node.setAll(EvaluationJson.of(made.summary()));
            SummaryText.warnings(made.summary()).forEach(node.putArray("notes")::add);
            JsonMixin.print(out, node);
            return 0;
        }
        out.printf(
                Locale.ROOT,
                "%s: %d prompts, %d answers written now, %d prompts left out%n%n",
                table,
                made.prompts(),
                made.answered(),
                made.leftOut());
        for (LeftOut row : made.examples()) {
            out.printf(Locale.ROOT, "  left out %s: %s%n", row.row(), row.reason());
        }
        out.println(SummaryText.plain(made.summary()));
        if (!made.summary().comparisons().isEmpty()) {
            out.println(SummaryText.comparisonsPlain(made.summary()));
        }
        SummaryText.warnings(made.summary()).forEach(out::println);
        out.flush();
        return 0;
    }

    private SparkEvaluator evaluator() {
        List<String> names = !methods.isEmpty()
                ? methods.stream().map(String::strip).toList()
                : List.of("default", vectorFile == null ? "self-cd" : "scans");
        SparkEvaluator evaluator;
        try {
            evaluator = SparkEvaluator.of(model.source(), names)
                    .withStrengths(strengths)
                    .withWriting(tokens, penalty)
                    .withSystem(system)
                    .withJudge(judge)
                    .withBatchSize(batch)
                    .withSteps(steps);
            List<String> unused = evaluator.methods();
        } catch (BadRequest e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        evaluator = vectorFile == null ? evaluator : evaluator.withVector(VectorFile.read(vectorFile));
        return overlap ? evaluator.withSeenPrompts() : evaluator;
    }
}
