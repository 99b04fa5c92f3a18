package dev.steering.eval;

import dev.steering.core.AtomicFiles;
import dev.steering.eval.report.Breakdown;
import dev.steering.eval.report.CostText;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.report.JudgesText;
import dev.steering.eval.report.SeedBand;
import dev.steering.eval.report.SeedBandText;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.UtilityText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files of an evaluation that are for readers, but for its rows. */
final class EvaluationFiles {
    static final String ROWS = "results.jsonl";

    /** What a run keeps to go on with, but for its manifest. */
    static final List<String> STATE = List.of("answers.jsonl", "timings.jsonl", "cost.jsonl", "utility.jsonl");

    private static final String SUMMARY = "summary.md";
    private static final String SUMMARY_TABLE = "summary.csv";
    private static final String COMPARISONS = "comparisons.csv";
    private static final String BANDS = "bands.csv";
    private static final String COST = "cost.md";
    private static final String JUDGES = "judges.csv";
    private static final String UTILITY = "utility.csv";
    private static final List<String> BREAKDOWNS =
            Stream.of(Breakdown.By.values()).map(EvaluationFiles::breakdown).toList();

    /** Everything that a run may write into its directory, but for its manifest and its charts. */
    static final List<String> ALL = Stream.of(
                    STATE, List.of(ROWS, SUMMARY, SUMMARY_TABLE, COMPARISONS, BANDS, COST, UTILITY, JUDGES), BREAKDOWNS)
            .flatMap(List::stream)
            .toList();

    private EvaluationFiles() {}

    private static String breakdown(Breakdown.By by) {
        return "by-" + by.label() + ".csv";
    }

    /**
     * @param result what came of it
     * @return the texts by file name, in the order to write them
     */
    static Map<String, String> texts(EvaluationResult result) {
        EvalSummary summary = result.summary();
        Map<String, String> texts = new LinkedHashMap<>();
        if (!result.utilities().isEmpty()) {
            texts.put(UTILITY, UtilityText.csv(result.utilities()));
        }
        texts.put(SUMMARY, markdown(result));
        texts.put(SUMMARY_TABLE, SummaryText.csv(summary));
        texts.put(COMPARISONS, SummaryText.comparisonsCsv(summary));
        List<SeedBand> bands = SeedBand.of(summary);
        if (!bands.isEmpty()) {
            texts.put(BANDS, SeedBandText.csv(bands));
        }
        for (Breakdown.By by : Breakdown.By.values()) {
            Breakdown groups = Breakdown.of(result.rows(), by);
            if (!groups.isEmpty()) {
                texts.put(breakdown(by), groups.toCsv());
            }
        }
        if (result.judges().isSeveral()) {
            texts.put(JUDGES, JudgesText.csv(result.judges()));
        }
        texts.put(
                COST,
                "# Cost on this machine\n\nIn batches of " + result.batch() + ", prompts included.\n\n"
                        + CostText.markdown(result.costs(), result.relativeCosts())
                        + CostText.warnings(result.relativeCosts()).stream()
                                .map(w -> "\n" + w + "\n")
                                .collect(Collectors.joining())
                        + (result.relativeCosts().isEmpty() ? "" : "\n" + CostText.NOTE + "\n"));
        return texts;
    }

    static void write(EvaluationResult result) {
        texts(result)
                .forEach(
                        (name, text) -> AtomicFiles.writeText(result.directory().resolve(name), text));
    }

    private static String markdown(EvaluationResult result) {
        EvalSummary summary = result.summary();
        StringBuilder text = new StringBuilder("# Evaluation of " + result.model() + "\n\n");
        text.append("Refused, with Wilson 95 % intervals; judge: ")
                .append(result.judge())
                .append(". Right on average:");
        text.append(
                " safe prompts answered and unsafe ones refused, of all; empty and repetitive answers are neither.\n\n");
        text.append(SummaryText.markdown(summary)).append('\n');
        SummaryText.warnings(summary).forEach(warning -> text.append(warning).append("\n\n"));
        result.methods().forEach((method, words) -> text.append("- ")
                .append(method)
                .append(": ")
                .append(words)
                .append('\n'));
        if (!summary.comparisons().isEmpty()) {
            text.append("\nMcNemar's exact test, prompt by prompt, with ")
                    .append(summary.methods().get(0));
            text.append("; Holm's correction over all lines.\n\n").append(SummaryText.comparisonsMarkdown(summary));
        }
        List<SeedBand> bands = SeedBand.of(summary);
        if (!bands.isEmpty()) {
            text.append(
                            "\nDrawn with several seeds, each a method of its own above; shares of refused prompts over the seeds.\n\n")
                    .append(SeedBandText.markdown(bands));
        }
        if (result.judges().isSeveral()) {
            text.append("\n").append(JudgesText.NOTE).append("\n\n").append(JudgesText.markdown(result.judges()));
        }
        if (!result.utilities().isEmpty()) {
            text.append("\n").append(UtilityText.NOTE).append("\n\n").append(UtilityText.markdown(result.utilities()));
        }
        result.notes().forEach(note -> text.append("\nNote: ").append(note).append('\n'));
        return text.toString();
    }
}
