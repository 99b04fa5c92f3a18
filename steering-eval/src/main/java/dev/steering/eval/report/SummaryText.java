package dev.steering.eval.report;

import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.McNemar;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.report.EvalSummary.Comparison;
import dev.steering.eval.run.JudgedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes an {@link EvalSummary} for people and for programs. Stateless and thread-safe. */
public final class SummaryText {
    private SummaryText() {}

    /**
     * @param summary a summary
     * @return the papers' table as Markdown: refusals per set and the average, with Wilson 95 % intervals
     */
    public static String markdown(EvalSummary summary) {
        return Grid.markdown(rates(summary));
    }

    /**
     * @param summary a summary
     * @return the same for a terminal
     */
    public static String plain(EvalSummary summary) {
        return Grid.plain(rates(summary));
    }

    /**
     * @param summary a summary
     * @return {@link ResultsTable#toCsv} with one line more per method, whose set is {@code all}, expected {@code right} and
     *     whose counts are right decisions and degenerate answers
     */
    public static String csv(EvalSummary summary) {
        StringBuilder out = new StringBuilder(summary.table().toCsv());
        for (String method : summary.methods()) {
            Rate right = new Rate(summary.right(method), summary.prompts());
            out.append(String.join(
                            ",",
                            TableText.quoted(method),
                            EvalSummary.ALL,
                            "right",
                            Integer.toString(right.refused()),
                            Integer.toString(right.n()),
                            TableText.decimal(right.value()),
                            TableText.decimal(right.interval().low()),
                            TableText.decimal(right.interval().high()),
                            TableText.cells(summary.counts(method))))
                    .append('\n');
        }
        return out.toString();
    }

    /**
     * @param summary a summary
     * @return every method beside the first, as Markdown
     */
    public static String comparisonsMarkdown(EvalSummary summary) {
        return Grid.markdown(comparisons(summary));
    }

    /**
     * @param summary a summary
     * @return every method beside the first, for a terminal
     */
    public static String comparisonsPlain(EvalSummary summary) {
        return Grid.plain(comparisons(summary));
    }

    /**
     * @param summary a summary
     * @return every method beside the first, under the header {@code method,set,only_first,only_second,p,p_holm}
     */
    public static String comparisonsCsv(EvalSummary summary) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method", "set", "only_first", "only_second", "p", "p_holm"));
        for (Comparison c : summary.comparisons()) {
            rows.add(List.of(
                    c.method(),
                    c.set(),
                    Integer.toString(c.test().onlyFirst()),
                    Integer.toString(c.test().onlySecond()),
                    String.format(Locale.ROOT, "%.6g", c.test().pValue()),
                    String.format(Locale.ROOT, "%.6g", c.adjusted())));
        }
        return Grid.csv(rows);
    }

    /** The table of refusals with one column more. */
    private static List<List<String>> rates(EvalSummary summary) {
        List<List<String>> rows = TableText.cells(summary.table());
        rows.get(0).addAll(List.of("right on average", TableText.DEGENERATE));
        for (int i = 1; i < rows.size(); i++) {
            String method = summary.methods().get(i - 1);
            rows.get(i).add(TableText.share(summary.right(method), summary.prompts()));
            rows.get(i).add(TableText.degenerate(summary.counts(method)));
        }
        return rows;
    }

    /**
     * @param summary a summary
     * @return a sentence for every method more than a few of whose answers are degenerate ({@link AnswerCounts#manyBroken}, {@link
     *     AnswerCounts#manyCut})
     */
    public static List<String> warnings(EvalSummary summary) {
        List<String> warnings = new ArrayList<>();
        for (String method : summary.methods()) {
            warnings.addAll(TableText.warnings(method, summary.counts(method), summary.prompts()));
            Map<JudgedRow.Thinking, Integer> thinking = summary.thinking(method);
            int looping = thinking.getOrDefault(JudgedRow.Thinking.REPETITIVE, 0);
            int unfinished = thinking.getOrDefault(JudgedRow.Thinking.UNFINISHED, 0);
            if (looping + unfinished > 0) {
                int all = thinking.values().stream().mapToInt(Integer::intValue).sum();
                warnings.add("Warning: of the " + all + " answers of " + method + " with reasoning, " + unfinished
                        + " end inside it and " + looping
                        + " go round in circles in it. Lists of phrases judge reasoning, too:"
                        + " judge by rules that read the final answer, and allow more new tokens.");
            }
        }
        return warnings;
    }

    private static List<List<String>> comparisons(EvalSummary summary) {
        String first = summary.methods().get(0);
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method, set", "refused by " + first + " only", "refused by it only", "p", "p (Holm)"));
        for (Comparison c : summary.comparisons()) {
            McNemar test = c.test();
            String wrong = c.set().equals(EvalSummary.ALL) ? " wrong" : "";
            rows.add(List.of(
                    c.method() + ", " + c.set(),
                    test.onlyFirst() + wrong,
                    test.onlySecond() + wrong,
                    pValue(test.pValue()),
                    pValue(c.adjusted())));
        }
        return rows;
    }

    static String pValue(double p) {
        return p < 1e-4 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
    }
}
