package dev.steering.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * What the running command has warned of: printed at once on standard error, and kept for results that programs read. A process runs one
 * command at a time. Thread-safe: libraries warn from threads of their own.
 */
public final class Warnings {
    private static final List<String> SAID = new ArrayList<>();

    private Warnings() {}

    /** @param warning a sentence that has been printed */
    public static synchronized void add(String warning) {
        SAID.add(warning);
    }

    /** @return what was warned of since the last call or the beginning of the command, in order */
    public static synchronized List<String> take() {
        List<String> taken = List.copyOf(SAID);
        SAID.clear();
        return taken;
    }
}
