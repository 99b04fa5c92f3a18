package dev.steering.cli.evaluation;

import dev.steering.apply.Method;
import dev.steering.core.AtomicFiles;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.dataset.Expectation;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.report.CostText;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.UtilityText;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.Cost;
import dev.steering.eval.run.CostRounds;
import dev.steering.eval.run.EvalMethod;
import dev.steering.eval.run.EvalRun;
import dev.steering.eval.run.JudgedRow;
import dev.steering.eval.run.RespondingMethod;
import dev.steering.eval.run.RunManifest;
import dev.steering.eval.utility.Perplexity;
import dev.steering.eval.utility.Utility;
import dev.steering.eval.utility.UtilityRun;
import dev.steering.model.chat.ChatModel;
import dev.steering.viz.Chart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several methods on several prompt sets, from answers to tables.
 *
 * <p>{@code results.jsonl}, {@code summary.md} and the CSV files depend on the settings alone; what differs from run to run is in
 * {@code cost.md}, {@code cost.jsonl} and {@code timings.jsonl}.
 *
 * @param directory where everything goes
 * @param model the model
 * @param system system prompt in front of every prompt; null for none
 * @param items what to ask
 * @param batch most prompts at once
 * @param judge tells refusals
 * @param progress told how far it has come
 */
public record Evaluation(
        Path directory,
        ChatModel model,
        @Nullable String system,
        List<EvalItem> items,
        int batch,
        ExchangeJudge judge,
        ProgressListener progress) {
    /** Batches per write: the places of answers that are done are taken by waiting prompts, but for the last batch. */
    private static final int BATCHES_PER_WRITE = 4;

    /** Copies the list. */
    public Evaluation {
        items = List.copyOf(items);
    }

    /**
     * What came of it.
     *
     * @param rows every method's verdicts
     * @param summary the tables
     * @param costs costs by method
     */
    public record Outcome(List<JudgedRow> rows, EvalSummary summary, Map<String, Cost> costs) {
        /** Copies list and map. */
        public Outcome {
            rows = List.copyOf(rows);
            costs = Collections.unmodifiableMap(new LinkedHashMap<>(costs));
        }

        /**
         * @param method a method's name
         * @return its answers to prompts that should be answered
         */
        public List<AnswerRow> harmlessAnswers(String method) {
            return rows.stream()
                    .map(JudgedRow::answer)
                    .filter(row -> row.method().equals(method) && row.item().expectation() == Expectation.COMPLY)
                    .toList();
        }
    }

    /** Forgets what an earlier run has left, so that nothing of it is gone on with. */
    public void startAgain() {
        try {
            for (String file : List.of("run.json", "answers.jsonl", "timings.jsonl", "cost.jsonl", "utility.jsonl")) {
                Files.deleteIfExists(directory.resolve(file));
            }
        } catch (IOException e) {
            throw new SteeringException("Cannot start again in " + directory + ": " + e + ". Delete it.", e);
        }
    }

    /**
     * Answers what is not answered yet, judges and writes the tables.
     *
     * @param settings what the answers depend on beside methods and prompts
     * @param methods the methods, the one that the others are compared with first
     * @return what came of it
     * @throws dev.steering.core.SteeringException if the directory holds a run with other settings, or one side is missing
     */
    public Outcome run(Map<String, String> settings, List<Method> methods) {
        Map<String, String> plans = new LinkedHashMap<>();
        methods.forEach(method -> plans.put(method.name(), method.json()));
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.putAll(Fingerprints.sets(items));
        all.put("batch", batch + ", kept by " + batch * BATCHES_PER_WRITE);
        new RunManifest("eval", all, plans).claim(directory);
        EvalRun run = new EvalRun(directory, items, batch * BATCHES_PER_WRITE, progress);
        List<AnswerRow> answers = run.run(asked(methods));
        List<JudgedRow> rows = JudgedRow.judge(answers, judge, progress);
        Map<String, String> words = new LinkedHashMap<>();
        methods.forEach(method -> words.put(method.name(), method.words()));
        JudgedRow.write(directory.resolve("results.jsonl"), rows, judge.name(), words);
        Map<String, Cost> costs = new LinkedHashMap<>();
        methods.forEach(method -> costs.put(method.name(), run.cost(method.name())));
        return new Outcome(rows, EvalSummary.of(rows), costs);
    }

    private List<EvalMethod> asked(List<Method> methods) {
        return methods.stream()
                .<EvalMethod>map(method ->
                        new RespondingMethod(method.name(), method.words(), model, system, method.responder(), batch))
                .toList();
    }

    /**
     * Measures what the methods cost per token relative to the first.
     *
     * @param methods the methods; a few dozen tokens of each answer are enough
     * @param rounds how many rounds count; 0 to measure nothing
     * @return the costs by method; empty without rounds
     */
    public Map<String, CostRounds.Measured> costs(List<Method> methods, int rounds) {
        return rounds == 0
                ? Map.of()
                : new CostRounds(directory, items, batch, progress).measure(asked(methods), rounds);
    }

    /**
     * Measures what the methods do to the model's language.
     *
     * @param methods the methods, able to write as many tokens as the longest text has; the first is the unsteered model
     * @param answers the unsteered model's answers to harmless prompts; empty to measure no divergence
     * @param text windows of a text; null to measure no perplexity
     * @return the utility of every method, by name
     */
    public Map<String, Utility> utility(List<Method> methods, List<AnswerRow> answers, @Nullable Perplexity text) {
        return new UtilityRun(directory, model, system, progress).measure(methods, answers, text);
    }

    /**
     * Writes the tables.
     *
     * @param outcome what came of it
     * @param methods the methods
     * @param utilities utility by method; empty if it was not measured
     * @param costs relative costs by method; empty if they were not measured
     */
    public void write(
            Outcome outcome,
            List<Method> methods,
            Map<String, Utility> utilities,
            Map<String, CostRounds.Measured> costs) {
        EvalSummary summary = outcome.summary();
        StringBuilder text =
                new StringBuilder("# Evaluation of " + model.manifest().name() + "\n\n");
        text.append("Refused, with Wilson 95 % intervals; judge: ")
                .append(judge.name())
                .append(". Right on average:");
        text.append(" safe prompts answered and unsafe ones refused, of all.\n\n");
        text.append(SummaryText.markdown(summary)).append('\n');
        for (Method method : methods) {
            text.append("- ")
                    .append(method.name())
                    .append(": ")
                    .append(method.words())
                    .append('\n');
        }
        if (!summary.comparisons().isEmpty()) {
            text.append("\nMcNemar's exact test, prompt by prompt, with ")
                    .append(summary.methods().get(0));
            text.append("; Holm's correction over all lines.\n\n").append(SummaryText.comparisonsMarkdown(summary));
        }
        if (!utilities.isEmpty()) {
            text.append("\n").append(UtilityText.NOTE).append("\n\n").append(UtilityText.markdown(utilities));
            write("utility.csv", UtilityText.csv(utilities));
        }
        write("summary.md", text.toString());
        write("summary.csv", SummaryText.csv(summary));
        write("comparisons.csv", SummaryText.comparisonsCsv(summary));
        write(
                "cost.md",
                "# Cost on this machine\n\nIn batches of " + batch + ", prompts included.\n\n"
                        + CostText.markdown(outcome.costs(), costs)
                        + (costs.isEmpty() ? "" : "\n" + CostText.NOTE + "\n"));
    }

    private void write(String name, String text) {
        AtomicFiles.writeText(directory.resolve(name), text);
    }

    /**
     * @param outcome what came of it
     * @return its bar chart
     */
    public Chart chart(Outcome outcome) {
        return SummaryChart.of(outcome.summary().table(), model.manifest().name());
    }
}
