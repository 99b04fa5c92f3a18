package dev.steering.cli.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * What the running command has warned of: printed at once on standard error, and kept for results that programs read. A process runs one
 * command at a time. Thread-safe: libraries warn from threads of their own.
 */
public final class Warnings {
    private static final List<String> SAID = new ArrayList<>();

    private Warnings() {}

    /**
     * Prints a line, in place of a progress bar that is there, and keeps what it says.
     *
     * @param err where it goes
     * @param kind what it is, such as {@code warning: }
     * @param remark a sentence
     */
    public static synchronized void say(PrintWriter err, String kind, String remark) {
        ProgressBar.clearDrawn();
        err.println("steer: " + kind + remark);
        err.flush();
        SAID.add(remark);
    }

    /** @return what was warned of since the last call or the beginning of the command, in order */
    public static synchronized List<String> take() {
        List<String> taken = List.copyOf(SAID);
        SAID.clear();
        return taken;
    }
}
