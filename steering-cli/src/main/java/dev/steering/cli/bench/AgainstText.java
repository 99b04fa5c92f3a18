package dev.steering.cli.bench;

import dev.steering.bench.Samples;
import dev.steering.bench.against.AgainstReport;
import java.io.PrintWriter;
import java.util.Locale;

/** A model and a command beside each other, for people. */
public final class AgainstText {
    private AgainstText() {}

    /**
     * @param out where to print
     * @param report figures
     */
    public static void print(PrintWriter out, AgainstReport report) {
        line(
                out,
                "model      %s, %s; %d thread%s; %s",
                report.model().name(),
                report.model().dtype(),
                report.settings().threads(),
                report.settings().threads() == 1 ? "" : "s",
                report.bench());
        line(out, "against    %s", report.command());
        line(out, "%n%-10s %10s  %s", "", "tokens/s", "quartiles");
        rate(out, "model", report.ours());
        rate(out, "command", report.theirs());
        Samples ratio = report.ratio();
        line(
                out,
                "%nThe model has %.2f times the tokens/s of the command, quartiles %.2f to %.2f, extremes %.2f to %.2f."
                        + " Medians of %d rounds, in each of which both ran.",
                ratio.median(),
                ratio.lowerQuartile(),
                ratio.upperQuartile(),
                ratio.least(),
                ratio.most(),
                ratio.count());
        out.flush();
    }

    private static void rate(PrintWriter out, String name, Samples rate) {
        line(out, "%-10s %10.1f  %.1f to %.1f", name, rate.median(), rate.lowerQuartile(), rate.upperQuartile());
    }

    private static void line(PrintWriter out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }
}
