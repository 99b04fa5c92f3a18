package dev.steering.cli.commands;

import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.extract.tune.TuningListener;
import java.io.PrintWriter;
import java.util.Locale;

/** How a tuning goes: a bar for every epoch on a terminal, and a line for it. */
final class TuningProgress implements TuningListener {
    private final PrintWriter out;
    private final int epochs;
    private final ProgressBar bar = ProgressBar.onTerminal();

    TuningProgress(PrintWriter out, int epochs) {
        this.out = out;
        this.epochs = epochs;
    }

    /** Why it ended, for people. */
    static String words(TuningCurve.Ending ending) {
        return switch (ending) {
            case EPOCHS -> "all epochs run";
            case HELD_OUT -> "no lower since";
            case FINISHED -> "finished by hand";
        };
    }

    @Override
    public void onStep(String name, int epoch, double loss, int done, int steps) {
        bar.onProgress(String.format(Locale.ROOT, "%s, epoch %d/%d", name, epoch, epochs), done, steps);
    }

    @Override
    public void onEpoch(String name, int epoch, double train, double heldOut, boolean best) {
        out.printf(
                Locale.ROOT,
                "%-15s  epoch %2d/%d  training loss %8.4f  held-out loss %8.4f%s%n",
                name,
                epoch,
                epochs,
                train,
                heldOut,
                best ? " *" : "");
        out.flush();
    }
}
