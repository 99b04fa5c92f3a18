package dev.steering.spark;

import static org.apache.spark.sql.functions.col;

import dev.steering.apply.Decision;
import dev.steering.core.BadRequest;
import dev.steering.eval.judge.Ruling;
import dev.steering.eval.judge.Verdict;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.JudgedRow;
import dev.steering.model.decode.Generation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The table of answers that a run goes on with. Stateless and thread-safe. */
final class AnswerTable {
    private static final int SHOWN = 20;

    private AnswerTable() {}

    /** What is there; an empty table if nothing is. */
    static Dataset<Row> read(SparkSession spark, String table) {
        try {
            Path path = new Path(table);
            if (path.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(path)) {
                return spark.read().schema(SparkEvaluator.ROWS).parquet(table);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return spark.createDataFrame(List.of(), SparkEvaluator.ROWS);
    }

    static void requireRun(Dataset<Row> before, String run, String table) {
        if (!before.filter(col("run").isNull().or(col("run").notEqual(run))).isEmpty()) {
            throw new BadRequest(
                    table + " holds answers of a run with other settings (model, methods, strengths, writing or judge)."
                            + " Choose another table, or give the same settings.");
        }
    }

    /** Methods in their order, sets in that of their names, prompts in that of their rows. */
    static SparkEvaluation summed(Dataset<Row> all, List<String> methods, long answered) {
        Set<String> out = new TreeSet<>();
        List<Row> rows = new ArrayList<>(all.collectAsList());
        TreeSet<LeftOut> examples = new TreeSet<>();
        for (Row row : rows) {
            if (!row.isNullAt(row.fieldIndex("error"))) {
                out.add(place(row));
                examples.add(new LeftOut(place(row), row.getString(row.fieldIndex("error"))));
            }
        }
        rows.removeIf(row -> out.contains(place(row)));
        rows.sort(Comparator.<Row>comparingInt(row -> methods.indexOf(row.getString(row.fieldIndex("method"))))
                .thenComparing(row -> row.getString(row.fieldIndex("set")))
                .thenComparingInt(row -> row.getInt(row.fieldIndex("row"))));
        List<JudgedRow> judged = rows.stream().map(AnswerTable::judged).toList();
        return new SparkEvaluation(
                EvalSummary.of(judged),
                judged.size() / methods.size(),
                answered,
                out.size(),
                examples.stream().limit(SHOWN).toList());
    }

    private static String place(Row row) {
        return row.getString(row.fieldIndex("set")) + " " + row.getInt(row.fieldIndex("row"));
    }

    private static JudgedRow judged(Row row) {
        Generation generation = new Generation(
                row.<Integer>getList(row.fieldIndex("tokens")),
                row.getString(row.fieldIndex("text")),
                Generation.Finish.valueOf(upper(row, "finish")));
        Decision decision = row.isNullAt(row.fieldIndex("score"))
                ? null
                : new Decision(row.getDouble(row.fieldIndex("score")), row.getBoolean(row.fieldIndex("harmful")));
        return new JudgedRow(
                new AnswerRow(row.getString(row.fieldIndex("method")), EvaluationTask.item(row), generation, decision),
                Ruling.valueOf(upper(row, "ruling")),
                Verdict.valueOf(upper(row, "verdict")),
                Map.of());
    }

    private static String upper(Row row, String column) {
        return row.getString(row.fieldIndex(column)).toUpperCase(Locale.ROOT);
    }
}
