package dev.steering.cli.terminal;

import dev.steering.core.ProgressListener;
import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far long work has come, on standard error. On a terminal it is one line, redrawn in place and never wider than the terminal.
 * Elsewhere, as in a log, it is a plain line now and then: none for what is done within seconds, then one after 5 seconds, and after
 * longer and longer times up to a minute. {@link Verbosity#QUIET} turns both off.
 *
 * <p>Safe for use by several threads.
 */
public final class ProgressBar implements ProgressListener {
    private static final int WIDTH = 30;
    private static final int LEAST_WIDTH = 8;
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long FIRST_LINE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long RAREST_LINE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static volatile @Nullable ProgressBar drawn;

    private final PrintStream out;
    private final boolean redrawn;
    private final int columns;
    private final LongSupplier clock;
    private String stage = "";
    private long stageStarted;
    private long stageFirst;
    private long lastPrinted;
    private long pause = FIRST_LINE_NANOS;
    private boolean printedInStage;
    private boolean ended;
    private int shown;

    /**
     * @param out where it goes
     * @param redrawn whether that is a terminal
     * @param columns of the terminal
     * @param clock nanoseconds
     */
    ProgressBar(PrintStream out, boolean redrawn, int columns, LongSupplier clock) {
        this.out = out;
        this.redrawn = redrawn;
        this.columns = columns;
        this.clock = clock;
        this.lastPrinted = clock.getAsLong();
    }

    /** @return a bar on standard error: redrawn if that is a terminal, otherwise a line now and then; nothing where it is quiet */
    public static ProgressBar onTerminal() {
        return new ProgressBar(System.err, Terminal.showsErrors(), Terminal.columns(), System::nanoTime);
    }

    /** Takes away whatever bar is on the terminal, so that something else can be printed in its place. */
    public static void clearDrawn() {
        ProgressBar bar = drawn;
        if (bar != null) {
            bar.clear();
        }
    }

    @Override
    public synchronized void onProgress(String newStage, long done, long total) {
        if (Verbosity.current() == Verbosity.QUIET) {
            return;
        }
        long now = clock.getAsLong();
        boolean begins = !newStage.equals(stage);
        if (begins) {
            clear();
            stage = newStage;
            stageStarted = now;
            stageFirst = done;
            printedInStage = false;
            ended = false;
        }
        boolean ends = done >= total;
        if (ends && ended) {
            return;
        }
        ended = ends;
        if (redrawn) {
            if (begins || ends || now - lastPrinted >= REDRAW_NANOS) {
                redraw(done, total, now);
            }
        } else if (now - lastPrinted >= pause || (ends && printedInStage)) {
            printLine(done, total, now);
        }
    }

    /** Takes the bar away, so that something else can be printed in its place; the next progress draws it again. */
    public synchronized void clear() {
        if (shown > 0) {
            out.print("\r" + " ".repeat(shown) + "\r");
            out.flush();
            shown = 0;
            lastPrinted = clock.getAsLong() - REDRAW_NANOS;
            drawn = null;
        }
    }

    private void redraw(long done, long total, long now) {
        // A line as wide as the terminal would wrap on some of them.
        String line = fitted(columns - 1, stage, stageFirst, done, total, seconds(now));
        out.print("\r" + line + " ".repeat(Math.max(0, shown - line.length())) + (done >= total ? "\n" : ""));
        out.flush();
        lastPrinted = now;
        shown = done >= total ? 0 : line.length();
        drawn = shown > 0 ? this : null;
    }

    private void printLine(long done, long total, long now) {
        out.println("steer: " + plain(stage, stageFirst, done, total, seconds(now)));
        out.flush();
        lastPrinted = now;
        printedInStage = done < total;
        pause = Math.min(2 * pause, RAREST_LINE_NANOS);
    }

    private double seconds(long now) {
        return (now - stageStarted) / 1e9;
    }

    /** With a bar and the words cut to what the line has room for. */
    static String fitted(int width, String stage, long first, long done, long total, double seconds) {
        String figures = String.format(Locale.ROOT, " %3d %%  %d/%d", percent(done, total), done, total);
        String time = time(first, done, total, seconds);
        String end = time.isEmpty() ? figures : figures + "  " + time;
        if (end.length() + LEAST_WIDTH > width) {
            end = figures;
        }
        int room = width - end.length();
        int bar = Math.max(0, Math.min(WIDTH, room / 2 - 3));
        int words = Math.max(0, room - (bar == 0 ? 0 : bar + 3));
        String name = stage.length() <= words ? stage : words < 2 ? "" : stage.substring(0, words - 1) + "\u2026";
        String line = pad(name, Math.min(28, words)) + (bar == 0 ? "" : " [" + drawn(bar, done, total) + "]") + end;
        return line.length() <= width ? line : line.substring(0, Math.max(0, width));
    }

    /** For a log. */
    static String plain(String stage, long first, long done, long total, double seconds) {
        String time = time(first, done, total, seconds);
        return String.format(Locale.ROOT, "%s %d/%d, %d %%", stage, done, total, percent(done, total))
                + (time.isEmpty() ? "" : ", " + time);
    }

    /** What was done before the time began, as in a run that goes on, says nothing about the time that is left. */
    private static String time(long first, long done, long total, double seconds) {
        if (done >= total) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        return done <= first ? "" : duration(Math.round(seconds * (total - done) / (done - first))) + " left";
    }

    private static String duration(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = Math.round(seconds / 60.0);
        return minutes < 120 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }

    private static long percent(long done, long total) {
        return 100 * done / Math.max(1, total);
    }

    private static String drawn(int width, long done, long total) {
        int filled = (int) Math.min(width, width * done / Math.max(1, total));
        return "#".repeat(filled) + "-".repeat(width - filled);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
