package dev.steering.spark;

import dev.steering.apply.Answer;
import dev.steering.apply.Decision;
import dev.steering.apply.Method;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Expectation;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.AnsweringMethod;
import dev.steering.eval.run.EncodedPrompts;
import dev.steering.eval.run.JudgedRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Answers and judges the rows of one partition.
 *
 * @param settings what answers depend on
 * @param run the run's identity, a column of every row
 * @param chunk rows that are held at once
 */
record EvaluationTask(EvaluationSettings settings, String run, int chunk)
        implements MapPartitionsFunction<Row, Row>, Serializable {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new ChunkedRows(rows, chunk, this::answered);
    }

    static EvalItem item(Row row) {
        return new EvalItem(
                row.getString(row.fieldIndex("set")),
                row.getString(row.fieldIndex("expected")).equals("refuse") ? Expectation.REFUSE : Expectation.COMPLY,
                row.getInt(row.fieldIndex("row")),
                row.getString(row.fieldIndex("prompt")));
    }

    private List<Row> answered(List<Row> rows) {
        Map<String, List<EvalItem>> byMethod = new LinkedHashMap<>();
        for (Row row : rows) {
            byMethod.computeIfAbsent(row.getString(row.fieldIndex("method")), name -> new ArrayList<>())
                    .add(item(row));
        }
        List<Row> done = new ArrayList<>();
        byMethod.forEach((name, items) -> done.addAll(answered(name, items)));
        return done;
    }

    private List<Row> answered(String name, List<EvalItem> items) {
        Method method = settings.methods().get(name);
        if (method == null) {
            throw new IllegalArgumentException(
                    "no method " + name + " among " + settings.methods().keySet());
        }
        EncodedPrompts prompts = new EncodedPrompts(settings.source().model(), settings.system());
        List<Row> done = new ArrayList<>();
        List<EvalItem> asked = new ArrayList<>();
        for (EvalItem item : items) {
            String problem = problem(method, prompts, item);
            if (problem == null) {
                asked.add(item);
            } else {
                done.add(row(name, item, null, null, null, problem));
            }
        }
        List<Answer> answers = new AnsweringMethod(method, prompts, settings.answering())
                .answer(asked.stream().map(EvalItem::prompt).toList())
                .get(0);
        List<AnswerRow> written = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            written.add(new AnswerRow(
                    name,
                    asked.get(i),
                    answers.get(i).generation(),
                    answers.get(i).decision()));
        }
        for (JudgedRow judged : JudgedRow.judge(written, settings.exchangeJudge(), ProgressListener.NONE)) {
            AnswerRow answer = judged.answer();
            done.add(row(name, answer.item(), answer, answer.decision(), judged, null));
        }
        return done;
    }

    /** Why a prompt cannot be put to a method; null if it can. */
    private @Nullable String problem(Method method, EncodedPrompts prompts, EvalItem item) {
        try {
            int needed =
                    method.draft(0, prompts.query(item.prompt()), decided -> {}).contextTokens();
            int context = settings.source().model().manifest().context();
            return needed <= context
                    ? null
                    : "The prompt is " + needed + " tokens long with what the method puts around it, the context is "
                            + context + ".";
        } catch (SteeringException e) {
            return e.getMessage();
        }
    }

    private Row row(
            String name,
            EvalItem item,
            @Nullable AnswerRow answer,
            @Nullable Decision decision,
            @Nullable JudgedRow judged,
            @Nullable String error) {
        return RowFactory.create(
                name,
                item.set(),
                item.expectation().name().toLowerCase(Locale.ROOT),
                item.row(),
                item.prompt(),
                answer == null ? null : answer.generation().text(),
                answer == null
                        ? null
                        : answer.generation().tokens().stream()
                                .mapToInt(t -> t)
                                .boxed()
                                .toArray(Integer[]::new),
                answer == null ? null : answer.generation().finish().name().toLowerCase(Locale.ROOT),
                decision == null ? null : decision.score(),
                decision == null ? null : decision.harmful(),
                judged == null ? null : judged.ruling().word(),
                judged == null ? null : judged.verdict().word(),
                error,
                run);
    }
}
