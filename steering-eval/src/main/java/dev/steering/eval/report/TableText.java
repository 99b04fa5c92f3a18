package dev.steering.eval.report;

import dev.steering.core.prompts.Expectation;
import dev.steering.eval.metrics.AnswerCounts;
import dev.steering.eval.metrics.Rate;
import dev.steering.eval.metrics.WilsonInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Writes a {@link ResultsTable} as text. */
final class TableText {
    private static final String CSV_HEADER = "method,set,expected,refused,n,rate,low,high,empty,repetitive,cut\n";

    /** What the column with numbers of degenerate answers is called. */
    static final String DEGENERATE = "empty, repetitive, cut";

    private TableText() {}

    static String markdown(ResultsTable table) {
        return Grid.markdown(cells(table));
    }

    static String plain(ResultsTable table) {
        return Grid.plain(cells(table));
    }

    static String csv(ResultsTable table) {
        StringBuilder out = new StringBuilder(CSV_HEADER);
        for (String method : table.methods()) {
            for (String set : table.sets()) {
                Rate rate = table.rate(method, set);
                WilsonInterval interval = rate.interval();
                out.append(String.join(
                                ",",
                                quoted(method),
                                quoted(set),
                                table.expectation(set).name().toLowerCase(Locale.ROOT),
                                Integer.toString(rate.refused()),
                                Integer.toString(rate.n()),
                                rate.n() == 0 ? "" : decimal(rate.value()),
                                decimal(interval.low()),
                                decimal(interval.high()),
                                cells(table.counts(method, set))))
                        .append('\n');
            }
        }
        return out.toString();
    }

    /** Three cells of a line of comma-separated values. */
    static String cells(AnswerCounts counts) {
        return counts.empty() + "," + counts.repetitive() + "," + counts.cut();
    }

    /** One cell under {@link #DEGENERATE}. */
    static String degenerate(AnswerCounts counts) {
        return counts.empty() + ", " + counts.repetitive() + ", " + counts.cut();
    }

    /** What has to be said about degenerate answers, a sentence each. */
    static List<String> warnings(String who, AnswerCounts counts, int answers) {
        List<String> warnings = new ArrayList<>();
        if (counts.manyBroken(answers)) {
            warnings.add("Warning: of the " + answers + " answers of " + who + ", " + counts.empty() + " are empty and "
                    + counts.repetitive()
                    + " repetitive. They count neither as refusals (unless the judge calls them so) nor as"
                    + " answers: look at them before any rate. Steering with less strength may help.");
        }
        if (counts.manyCut(answers)) {
            warnings.add("Warning: of the " + answers + " answers of " + who + ", " + counts.cut()
                    + " are cut before their end: a refusal that comes later is not seen. Allow more new tokens.");
        }
        if (counts.undecided() > 0) {
            warnings.add("Warning: of the " + answers + " answers of " + who + ", " + counts.undecided()
                    + " are undecided: the judge cannot tell. They count neither as refusals nor as answers.");
        }
        return warnings;
    }

    /** The header and one row per method, to add columns to. */
    static List<List<String>> cells(ResultsTable table) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("method"));
        table.sets().forEach(set -> header.add(heading(set, table.expectation(set))));
        rows.add(header);
        for (String method : table.methods()) {
            List<String> row = new ArrayList<>(List.of(method));
            table.sets().forEach(set -> row.add(cell(table.rate(method, set))));
            rows.add(row);
        }
        return rows;
    }

    /** What a column of refusals is called: the same number is good news in one and bad news in the other. */
    static String heading(String set, Expectation expectation) {
        return set + (expectation == Expectation.COMPLY ? ": over-refusal" : ": refusal");
    }

    static String cell(Rate rate) {
        return share(rate.refused(), rate.n());
    }

    /** A share with its Wilson 95 % interval. */
    static String share(int part, int all) {
        if (all == 0) {
            return "0/0";
        }
        WilsonInterval interval = WilsonInterval.of(part, all);
        return String.format(
                Locale.ROOT,
                "%d/%d %.1f%% [%.1f, %.1f]",
                part,
                all,
                100.0 * part / all,
                100 * interval.low(),
                100 * interval.high());
    }

    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }

    static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
