package dev.steering.cli.terminal;

import java.util.logging.Level;

/** How much the running command says beside its result. A process runs one command at a time; the setting is the process's. */
public enum Verbosity {
    /** Results, warnings and errors only: no progress, no notes. */
    QUIET(Level.WARNING.intValue()),
    /** Progress and notes too. */
    NORMAL(Level.INFO.intValue()),
    /** Also what was read from where, how long it took, and where in the program an error arose. */
    VERBOSE(Level.FINE.intValue());

    private static volatile Verbosity current = NORMAL;

    private final int level;

    Verbosity(int level) {
        this.level = level;
    }

    /** @return that of the running command; {@link #NORMAL} where none runs */
    public static Verbosity current() {
        return current;
    }

    /** @param verbosity that of the command that begins; {@link #NORMAL} when it has ended */
    public static void use(Verbosity verbosity) {
        current = verbosity;
    }

    /** @return the least important log record that is shown */
    int level() {
        return level;
    }
}
