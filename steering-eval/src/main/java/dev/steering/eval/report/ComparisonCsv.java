package dev.steering.eval.report;

import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.compare.CurvePoint;
import dev.steering.eval.compare.MethodFigures;
import dev.steering.eval.compare.PairedTest;
import dev.steering.eval.compare.SetFigures;
import dev.steering.eval.compare.Share;
import dev.steering.eval.compare.SplitFigures;
import dev.steering.eval.metrics.WilsonInterval;
import dev.steering.eval.utility.Utility;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes what came of a comparison of methods as comma-separated values (RFC 4180, lines ending in LF). Stateless and thread-safe. */
public final class ComparisonCsv {
    private static final List<String> SHARES = List.of("over_refusal", "harmful_refusal", "jailbreak_refusal");

    private ComparisonCsv() {}

    /**
     * @param methods every method, the unsteered model first
     * @return a line a method: strength, sides with bootstrap bands, degenerate answers, utility, capability
     */
    public static String table(List<MethodFigures> methods) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("method", "strength", "matched", "contexts"));
        header.addAll(shareHeader());
        header.addAll(
                List.of("prompts", "empty", "repetitive", "cut", "neither", "undecided", "kl_per_token", "perplexity"));
        methods.get(0).capability().forEach(score -> header.add(score.task() + " " + score.metric()));
        rows.add(header);
        for (MethodFigures method : methods) {
            SplitFigures test = method.test();
            List<String> row = new ArrayList<>(List.of(
                    method.name(),
                    strength(method.choice().point()),
                    Boolean.toString(method.choice().matched()),
                    Integer.toString(method.contexts())));
            row.addAll(shares(test));
            row.addAll(List.of(
                    Integer.toString(test.prompts()),
                    Integer.toString(test.counts().empty()),
                    Integer.toString(test.counts().repetitive()),
                    Integer.toString(test.counts().cut()),
                    Integer.toString(test.counts().neither()),
                    Integer.toString(test.counts().undecided())));
            Utility utility = method.utility();
            row.add(utility == null ? "" : number(utility.divergence()));
            row.add(utility == null ? "" : number(utility.perplexity()));
            for (CapabilityScore score : method.capability()) {
                row.add(TableText.decimal(score.value()));
            }
            rows.add(row);
        }
        return Grid.csv(rows);
    }

    /**
     * @param methods every method
     * @return a line for every method and set of test prompts, with Wilson 95 % intervals
     */
    public static String sets(List<MethodFigures> methods) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "method",
                "set",
                "side",
                "refused",
                "n",
                "rate",
                "low",
                "high",
                "empty",
                "repetitive",
                "cut",
                "neither",
                "undecided"));
        for (MethodFigures method : methods) {
            for (SetFigures set : method.test().sets()) {
                WilsonInterval interval = set.rate().interval();
                rows.add(List.of(
                        method.name(),
                        set.set(),
                        set.side().name().toLowerCase(Locale.ROOT),
                        Integer.toString(set.rate().refused()),
                        Integer.toString(set.rate().n()),
                        TableText.decimal(set.rate().value()),
                        TableText.decimal(interval.low()),
                        TableText.decimal(interval.high()),
                        Integer.toString(set.counts().empty()),
                        Integer.toString(set.counts().repetitive()),
                        Integer.toString(set.counts().cut()),
                        Integer.toString(set.counts().neither()),
                        Integer.toString(set.counts().undecided())));
            }
        }
        return Grid.csv(rows);
    }

    /**
     * @param methods every method
     * @return a line for every strength on the development prompts
     */
    public static String curves(List<MethodFigures> methods) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("method", "strength", "chosen"));
        header.addAll(shareHeader());
        header.addAll(List.of("empty", "repetitive", "cut", "neither", "undecided"));
        rows.add(header);
        for (MethodFigures method : methods) {
            for (CurvePoint point : method.curve()) {
                List<String> row = new ArrayList<>(List.of(
                        method.name(),
                        strength(point),
                        Boolean.toString(point.equals(method.choice().point()))));
                row.addAll(shares(point.figures()));
                row.add(Integer.toString(point.figures().counts().empty()));
                row.add(Integer.toString(point.figures().counts().repetitive()));
                row.add(Integer.toString(point.figures().counts().cut()));
                row.add(Integer.toString(point.figures().counts().neither()));
                row.add(Integer.toString(point.figures().counts().undecided()));
                rows.add(row);
            }
        }
        return Grid.csv(rows);
    }

    /**
     * @param tests every method beside the unsteered model
     * @return a line a test
     */
    public static String tests(List<PairedTest> tests) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("method", "column", "only_first", "only_second", "p", "p_holm"));
        for (PairedTest test : tests) {
            rows.add(List.of(
                    test.method(),
                    test.column(),
                    Integer.toString(test.test().onlyFirst()),
                    Integer.toString(test.test().onlySecond()),
                    String.format(Locale.ROOT, "%.6g", test.test().pValue()),
                    String.format(Locale.ROOT, "%.6g", test.adjusted())));
        }
        return Grid.csv(rows);
    }

    private static List<String> shareHeader() {
        List<String> names = new ArrayList<>();
        SHARES.forEach(name -> names.addAll(List.of(name, name + "_low", name + "_high")));
        return names;
    }

    private static List<String> shares(SplitFigures figures) {
        List<String> cells = new ArrayList<>(cells(figures.overRefusal()));
        cells.addAll(cells(figures.harmfulRefusal()));
        cells.addAll(cells(figures.jailbreakRefusal()));
        return cells;
    }

    private static List<String> cells(@Nullable Share share) {
        return share == null
                ? List.of("", "", "")
                : List.of(
                        TableText.decimal(share.value()),
                        TableText.decimal(share.low()),
                        TableText.decimal(share.high()));
    }

    private static String strength(CurvePoint point) {
        return point.strength() == null ? "" : point.strength().toString();
    }

    private static String number(@Nullable Double value) {
        return value == null ? "" : TableText.decimal(value);
    }
}
