package dev.steering.eval;

import dev.steering.core.AtomicFiles;
import dev.steering.eval.report.CostText;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.UtilityText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The files of an evaluation that are for readers, but for its rows. */
final class EvaluationFiles {
    static final String ROWS = "results.jsonl";

    private EvaluationFiles() {}

    /**
     * @param result what came of it
     * @return the texts by file name, in the order to write them
     */
    static Map<String, String> texts(EvaluationResult result) {
        EvalSummary summary = result.summary();
        Map<String, String> texts = new LinkedHashMap<>();
        if (!result.utilities().isEmpty()) {
            texts.put("utility.csv", UtilityText.csv(result.utilities()));
        }
        texts.put("summary.md", markdown(result));
        texts.put("summary.csv", SummaryText.csv(summary));
        texts.put("comparisons.csv", SummaryText.comparisonsCsv(summary));
        texts.put(
                "cost.md",
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
        if (!result.utilities().isEmpty()) {
            text.append("\n").append(UtilityText.NOTE).append("\n\n").append(UtilityText.markdown(result.utilities()));
        }
        return text.toString();
    }
}
