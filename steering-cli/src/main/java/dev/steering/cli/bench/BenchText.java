package dev.steering.cli.bench;

import dev.steering.bench.BenchReport;
import dev.steering.bench.BenchResult;
import dev.steering.bench.BenchResult.Comparison;
import dev.steering.bench.MachineFigures;
import dev.steering.bench.MemoryFigures;
import dev.steering.bench.Samples;
import dev.steering.bench.machine.ProcessMemory;
import dev.steering.bench.workload.Workload.Limit;
import dev.steering.bench.workload.ZeroSteering;
import java.io.PrintWriter;
import java.util.Locale;

/** A report of figures for people. */
public final class BenchText {
    private static final double GIGA = 1e9;
    private static final double MEGA = 1e6;
    private static final double MILLI = 1e3;

    /** Distance of the quartiles of what the machine can do, beyond which figures cannot be trusted. */
    private static final double BUSY = 0.2;

    private final PrintWriter out;

    private BenchText(PrintWriter out) {
        this.out = out;
    }

    /**
     * @param out where to print
     * @param report figures
     */
    public static void print(PrintWriter out, BenchReport report) {
        BenchText text = new BenchText(out);
        text.machine(report.machine(), report.settings().threads());
        text.line(
                "model      %s, %s: %.1f M parameters without embedding and head, head %.1f M; a decode step reads %.1f MB",
                report.model().name(),
                report.model().dtype(),
                report.weights().blockParameters() / MEGA,
                report.weights().headParameters() / MEGA,
                report.weights().bytes() / MEGA);
        text.memory(report.memory());
        text.zero("adding", report.zeroSteering());
        text.zero("removing", report.zeroProjection());
        text.line(
                "%n%-26s %10s %10s %11s  %-19s %9s  %s",
                "",
                "tokens/s",
                "prompts/s",
                "median",
                "quartiles",
                "of floor",
                "time / unsteered (in the same repetition)");
        report.results().forEach(text::result);
        report.leftOut().forEach((name, why) -> text.line("%-26s left out: it %s", name, why));
        text.line(
                "%nMedians of %d repetitions. Floors: ar = 2 x parameters x tokens / arithmetic, rd = bytes of weights / reading."
                        + " B/token: garbage on the JVM's heap.",
                report.repetitions());
        if (report.repetitions() < report.settings().repetitions()) {
            text.line(
                    "That is fewer than were asked for: the machine was slower than at the beginning, and the time was up.");
        }
        if (report.machine().operationsPerSecond().relativeSpread() > BUSY
                || report.machine().bytesPerSecond().relativeSpread() > BUSY) {
            text.line(
                    "The machine was busy: what it can do changed by more than %.0f %% meanwhile. Shares of the floor"
                            + " mean little then.",
                    100 * BUSY);
        }
        out.flush();
    }

    private void machine(MachineFigures machine, int threads) {
        line(
                "machine    %s, %d processors, %.1f GB; %s; %d thread%s",
                machine.processor(),
                machine.processors(),
                machine.memory() / GIGA,
                machine.system(),
                threads,
                threads == 1 ? "" : "s");
        limit("arithmetic", "GFLOP/s", machine.operationsPerSecond(), machine.computeMethod());
        limit("reading", "GB/s", machine.bytesPerSecond(), machine.readMethod());
    }

    private void limit(String name, String unit, Samples rates, String method) {
        line(
                "%-10s %.1f %s, quartiles %.1f to %.1f (%s)",
                name, rates.median() / GIGA, unit, rates.lowerQuartile() / GIGA, rates.upperQuartile() / GIGA, method);
    }

    private void memory(MemoryFigures memory) {
        ProcessMemory before = memory.before();
        ProcessMemory decoding = memory.decoding();
        if (before == null || decoding == null) {
            return;
        }
        line(
                "memory     peak %.0f MB when opened and decoding = %.2f x weights (%.0f MB) + %.0f MB that were resident before;"
                        + " then resident %.0f MB, of which files %.0f MB",
                decoding.peak() / MEGA,
                (decoding.peak() - before.resident()) / (double) memory.weightBytes(),
                memory.weightBytes() / MEGA,
                before.resident() / MEGA,
                decoding.resident() / MEGA,
                decoding.mapped() / MEGA);
    }

    private void zero(String what, ZeroSteering zero) {
        if (zero.values() == 0) {
            line("zero       %s with coefficients of 0: not compared, the context is too short", what);
        } else if (zero.differing() == 0) {
            line(
                    "zero       %s with coefficients of 0 leaves %d logits and activations as they are, bit by bit",
                    what, zero.values());
        } else {
            line(
                    "zero       %s with coefficients of 0 CHANGES %d of %d logits and activations, by up to %.2g",
                    what, zero.differing(), zero.values(), zero.largest());
        }
    }

    private void result(BenchResult result) {
        Comparison comparison = result.comparison();
        line(
                "%-26s %10.1f %10s %8.2f ms  %-19s %6.2f %s %9.0f  %s",
                result.name(),
                result.tokensPerSecond(),
                result.prompts() == 0 ? "" : String.format(Locale.ROOT, "%.1f", result.promptsPerSecond()),
                result.seconds().median() * MILLI,
                String.format(
                        Locale.ROOT,
                        "%.2f to %.2f",
                        result.seconds().lowerQuartile() * MILLI,
                        result.seconds().upperQuartile() * MILLI),
                result.fractionOfFloor(),
                result.limit() == Limit.COMPUTE ? "ar" : "rd",
                result.garbage().median(),
                comparison == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "%.3f (%.3f)",
                                comparison.ofMedians(),
                                comparison.paired().median()));
    }

    private void line(String format, Object... values) {
        out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    }
}
