package dev.steering.cli.terminal;

import dev.steering.core.ProgressListener;
import java.io.PrintStream;
import java.util.Locale;

/**
 * A progress bar on standard error, with the time that is left. Redrawn in place on a terminal; silent elsewhere, so that logs
 * stay readable.
 */
public final class ProgressBar implements ProgressListener {
    private static final int WIDTH = 30;
    private static final long REDRAW_NANOS = 100_000_000L;

    private final PrintStream out;
    private final boolean visible;
    private String stage = "";
    private long started;
    private long first;
    private long drawn;
    private int shown;

    private ProgressBar(PrintStream out, boolean visible) {
        this.out = out;
        this.visible = visible;
    }

    /** @return a bar on standard error if that is a terminal, and nothing was asked to be quiet */
    public static ProgressBar onTerminal() {
        return new ProgressBar(System.err, Verbosity.current() != Verbosity.QUIET && Terminal.isInteractive());
    }

    static ProgressBar on(PrintStream out) {
        return new ProgressBar(out, true);
    }

    @Override
    public void onProgress(String newStage, long done, long total) {
        if (!visible) {
            return;
        }
        long now = System.nanoTime();
        if (!newStage.equals(stage)) {
            stage = newStage;
            started = now;
            first = done;
            drawn = 0;
        }
        if (done < total && now - drawn < REDRAW_NANOS) {
            return;
        }
        drawn = now;
        String line = line(stage, first, done, total, (now - started) / 1e9);
        out.print("\r" + line + (done >= total ? "\n" : ""));
        out.flush();
        shown = done >= total ? 0 : line.length();
    }

    /** Takes the bar away, so that something else can be printed in its place; the next progress draws it again. */
    public void clear() {
        if (shown > 0) {
            out.print("\r" + " ".repeat(shown) + "\r");
            out.flush();
            shown = 0;
            drawn = 0;
        }
    }

    /** What was done before the time began, as in a run that goes on, says nothing about the time that is left. */
    static String line(String stage, long first, long done, long total, double seconds) {
        int filled = (int) (WIDTH * done / Math.max(1, total));
        String left = done <= first ? "" : Math.round(seconds * (total - done) / (done - first)) + " s left";
        return String.format(
                Locale.ROOT,
                "%-28s [%s%s] %3d %%  %d/%d  %s",
                stage,
                "#".repeat(filled),
                "-".repeat(WIDTH - filled),
                100 * done / Math.max(1, total),
                done,
                total,
                done >= total ? String.format(Locale.ROOT, "%.1f s    ", seconds) : left + "    ");
    }
}
