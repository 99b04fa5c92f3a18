package dev.steering.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.hash;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.pmod;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.Sha256;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.SteeringVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Asks several methods, at several strengths, the prompts of a table and judges the answers, with the numbers of {@link
 * dev.steering.eval.Evaluation}.
 *
 * <p>Prompts are rows with the columns {@code prompt}, {@code set} (the prompt set's name), {@code expected} ({@code comply} or {@code refuse}) and
 * {@code row} (its place in its set, a whole number; the two identify a prompt). Answers are written greedily. Immutable and thread-safe.
 */
public final class SparkEvaluator {
    private static final int TOKENS = 256;
    private static final int BATCH = 32;
    private static final int CHUNK = 128;
    private static final int WAVES = 8;

    /** The columns of answers, in order. */
    public static final StructType ROWS = new StructType()
            .add("method", DataTypes.StringType)
            .add("set", DataTypes.StringType)
            .add("expected", DataTypes.StringType)
            .add("row", DataTypes.IntegerType)
            .add("prompt", DataTypes.StringType)
            .add("text", DataTypes.StringType)
            .add("tokens", DataTypes.createArrayType(DataTypes.IntegerType))
            .add("finish", DataTypes.StringType)
            .add("score", DataTypes.DoubleType)
            .add("harmful", DataTypes.BooleanType)
            .add("ruling", DataTypes.StringType)
            .add("verdict", DataTypes.StringType)
            .add("error", DataTypes.StringType)
            .add("run", DataTypes.StringType);

    private final EvaluationSettings settings;
    private final @Nullable SteeringVector vector;
    private final int waves;
    private final boolean overlapAllowed;

    private SparkEvaluator(
            EvaluationSettings settings, @Nullable SteeringVector vector, int waves, boolean overlapAllowed) {
        this.settings = settings;
        this.vector = vector;
        this.waves = waves;
        this.overlapAllowed = overlapAllowed;
    }

    /**
     * @param source the model
     * @param methods methods by name, the one that the others are compared with first
     * @return answers of at most 256 tokens, in batches of 32, judged by the phrases that SCANS's authors published; in eight steps, each of
     *     which is kept
     * @throws BadRequest if there is no method, or one is there twice
     */
    public static SparkEvaluator of(ModelSource source, List<String> methods) {
        if (methods.isEmpty() || new LinkedHashSet<>(methods).size() != methods.size()) {
            throw new BadRequest("an evaluation needs methods, each once, found " + methods + ".");
        }
        return new SparkEvaluator(
                new EvaluationSettings(source, methods, List.of(), null, null, TOKENS, 1, "scans", BATCH),
                null,
                WAVES,
                false);
    }

    private SparkEvaluator with(EvaluationSettings changed) {
        return new SparkEvaluator(changed, vector, waves, overlapAllowed);
    }

    /**
     * @param newVector what methods steer with
     * @return a copy with it
     */
    public SparkEvaluator withVector(SteeringVector newVector) {
        CarriedVector carried = CarriedVector.of(newVector.withPrompts(null));
        return new SparkEvaluator(settings.withCarried(carried), newVector, waves, overlapAllowed);
    }

    /**
     * @param strengths strengths at which every method that steers is asked, each a method of its own, such as {@code scans alpha=2.0}
     * @return a copy with them
     */
    public SparkEvaluator withStrengths(List<Double> strengths) {
        strengths.forEach(strength -> Require.finite("The strength", strength));
        return with(settings.withStrengths(strengths));
    }

    /**
     * @param tokens most new tokens of an answer, at least 1
     * @param penalty repetition penalty, 1 for none
     * @return a copy with them
     */
    public SparkEvaluator withWriting(int tokens, double penalty) {
        return with(settings.withWriting(Require.atLeast("The number of new tokens", tokens, 1), penalty));
    }

    /**
     * @param system system prompt; null for none
     * @return a copy with it
     */
    public SparkEvaluator withSystem(@Nullable String system) {
        return with(settings.withSystem(system));
    }

    /**
     * @param judge name of a published list of refusal phrases
     * @return a copy with it
     */
    public SparkEvaluator withJudge(String judge) {
        return with(settings.withJudge(judge));
    }

    /**
     * @param rows most answers that a task writes at once, at least 1
     * @return a copy with it
     */
    public SparkEvaluator withBatchSize(int rows) {
        return with(settings.withBatch(Require.atLeast("The batch size", rows, 1)));
    }

    /**
     * @param steps in how many steps the table is written: a run that ends early loses one at most
     * @return a copy with it
     */
    public SparkEvaluator withSteps(int steps) {
        return new SparkEvaluator(settings, vector, Require.atLeast("The number of steps", steps, 1), overlapAllowed);
    }

    /** @return a copy that also asks prompts that the vector was extracted from */
    public SparkEvaluator withSeenPrompts() {
        return new SparkEvaluator(settings, vector, waves, true);
    }

    /** @return the methods' names in results */
    public List<String> methods() {
        return settings.methodNames();
    }

    /**
     * Answers and judges, without a table to go on with.
     *
     * @param prompts the prompts
     * @return a row of {@link #ROWS} for every method and prompt; nothing runs before it is asked for, and then each time anew
     * @throws BadRequest if a column is missing, or the vector was extracted from one of the prompts
     */
    public Dataset<Row> judge(Dataset<Row> prompts) {
        Dataset<Row> items = items(prompts);
        requireUnseen(items);
        return answered(asked(items), run(prompts.sparkSession()));
    }

    private Dataset<Row> answered(Dataset<Row> asked, String run) {
        return asked.mapPartitions(new EvaluationTask(settings, run, CHUNK), Encoders.row(ROWS));
    }

    /**
     * Answers what the table does not hold yet, step by step, judges, and sums up. A run that was interrupted goes on when it is called again.
     *
     * @param prompts the prompts; they must be the same when it is called again
     * @param table directory of Parquet files, on any file system that Spark writes; created if missing
     * @return what came of it
     * @throws BadRequest if a column is missing, the vector was extracted from one of the prompts, or the table holds a run with other settings
     */
    public SparkEvaluation evaluate(Dataset<Row> prompts, String table) {
        SparkSession spark = prompts.sparkSession();
        Dataset<Row> items = items(prompts);
        requireUnseen(items);
        String run = run(spark);
        Dataset<Row> asked = asked(items);
        Dataset<Row> before = AnswerTable.read(spark, table);
        AnswerTable.requireRun(before, run, table);
        long there = before.count();
        Dataset<Row> key = before.select("method", "set", "row").distinct();
        Dataset<Row> pending = asked.join(key, new String[] {"method", "set", "row"}, "left_anti");
        for (int wave = 0; wave < waves; wave++) {
            spark.sparkContext().setJobDescription("evaluating, step " + (wave + 1) + " of " + waves);
            Dataset<Row> step = pending.filter(pmod(hash(col("set"), col("row"), col("method")), lit(waves))
                    .equalTo(wave));
            if (!step.isEmpty()) {
                answered(step, run).write().mode(SaveMode.Append).parquet(table);
            }
        }
        spark.sparkContext().setJobDescription(null);
        Dataset<Row> all = AnswerTable.read(spark, table);
        return AnswerTable.summed(all, settings.methodNames(), all.count() - there);
    }

    /** The four columns, checked. */
    private static Dataset<Row> items(Dataset<Row> prompts) {
        for (String column : List.of("prompt", "set", "expected", "row")) {
            if (!Arrays.asList(prompts.columns()).contains(column)) {
                throw new BadRequest("the table of prompts has no column '" + column
                        + "': expected prompt, set, expected and row, found " + String.join(", ", prompts.columns())
                        + ".");
            }
        }
        Dataset<Row> items = prompts.select(
                col("prompt").cast("string"),
                col("set").cast("string"),
                lower(col("expected").cast("string")).as("expected"),
                col("row").cast("int"));
        long wrong = items.filter(col("prompt")
                        .isNull()
                        .or(col("set").isNull())
                        .or(col("row").isNull())
                        .or(col("expected").isNull())
                        .or(functions.not(col("expected").isin("comply", "refuse"))))
                .count();
        if (wrong > 0) {
            throw new BadRequest(wrong + " of the prompts lack a value, or expect something else than comply or refuse."
                    + " Mend or filter them.");
        }
        long all = items.count();
        long distinct = items.select("set", "row").distinct().count();
        if (all != distinct) {
            throw new BadRequest("set and row must identify a prompt, but " + all + " prompts have " + distinct
                    + " different ones. Number the rows of each set.");
        }
        return items;
    }

    private Dataset<Row> asked(Dataset<Row> items) {
        return items.withColumn(
                "method",
                explode(functions.array(settings.methodNames().stream()
                        .map(functions::lit)
                        .toArray(org.apache.spark.sql.Column[]::new))));
    }

    private void requireUnseen(Dataset<Row> items) {
        ExtractionPrompts anchors = vector == null ? null : vector.prompts();
        if (anchors == null || overlapAllowed) {
            return;
        }
        List<String> hashes = new ArrayList<>(anchors.harmful());
        hashes.addAll(anchors.harmless());
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(items.sparkSession().sparkContext());
        Broadcast<LinkedHashSet<String>> known = spark.broadcast(new LinkedHashSet<>(hashes));
        long seen = items.select("prompt")
                .javaRDD()
                .filter(row -> known.value().contains(ExtractionPrompts.hash(row.getString(0))))
                .count();
        if (seen > 0) {
            throw new BadRequest(
                    seen + " of the evaluated prompts are among those that the vector was extracted from: results would"
                            + " look better than they are. Leave them out, or allow them.");
        }
    }

    /** The settings' identity, as an executor knows it; a method that cannot be made is said here. */
    private String run(SparkSession spark) {
        EvaluationSettings carried = settings;
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(List.of(0), 1)
                .map(unused -> Sha256.hex(carried.described()))
                .first();
    }
}
