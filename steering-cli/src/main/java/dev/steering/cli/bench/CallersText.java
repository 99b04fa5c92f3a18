package dev.steering.cli.bench;

import dev.steering.bench.Samples;
import dev.steering.bench.callers.CallersReport;
import dev.steering.bench.callers.CallersReport.Load;
import java.io.PrintWriter;
import java.util.Locale;

/** What concurrent callers got, for people. */
public final class CallersText {
    private static final double MILLI = 1e3;

    private CallersText() {}

    /**
     * @param out where to print
     * @param report figures
     */
    public static void print(PrintWriter out, CallersReport report) {
        line(
                out,
                "model      %s, %s; %d threads",
                report.model().name(),
                report.model().dtype(),
                report.settings().threads());
        line(
                out,
                "%n%-12s %10s  %-18s %14s  %-18s %12s",
                "",
                "tokens/s",
                "quartiles",
                "first token",
                "quartiles",
                "rows a pass");
        load(out, "1 caller", report.one());
        load(out, report.callers() + " callers", report.many());
        Samples ratio = report.ratio();
        line(
                out,
                "%n%d callers get %.2f times the tokens/s of one, quartiles %.2f to %.2f, extremes %.2f to %.2f."
                        + " Medians of %d rounds.",
                report.callers(),
                ratio.median(),
                ratio.lowerQuartile(),
                ratio.upperQuartile(),
                ratio.least(),
                ratio.most(),
                report.settings().repetitions());
        out.flush();
    }

    private static void load(PrintWriter out, String name, Load load) {
        line(
                out,
                "%-12s %10.1f  %-18s %11.1f ms  %-18s %12.2f",
                name,
                load.tokensPerSecond().median(),
                quartiles(load.tokensPerSecond(), 1),
                load.firstToken().median() * MILLI,
                quartiles(load.firstToken(), MILLI),
                load.rows().median());
    }

    private static String quartiles(Samples samples, double factor) {
        return String.format(
                Locale.ROOT, "%.1f to %.1f", samples.lowerQuartile() * factor, samples.upperQuartile() * factor);
    }

    private static void line(PrintWriter out, String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
    }
}
