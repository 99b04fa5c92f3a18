package dev.steering.cli.terminal;

/** What the process tells its caller. */
public final class ExitCodes {
    /** The work is done. */
    public static final int SUCCESS = 0;

    /** The work failed, or a check did not pass. */
    public static final int FAILURE = 1;

    /** The command line is wrong. */
    public static final int USAGE = 2;

    private ExitCodes() {}
}
