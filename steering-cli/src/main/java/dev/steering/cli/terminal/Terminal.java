package dev.steering.cli.terminal;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Whether a person is there, and how wide the place is that they read in. */
public final class Terminal {
    /** What the launcher says: columns of the terminal, absent without one; and whether standard error is one. */
    private static final String COLUMNS = "steer.columns";

    private static final String ERRORS = "steer.stderr.terminal";

    private static final int USUAL_COLUMNS = 80;
    private static final int LEAST_COLUMNS = 40;

    private Terminal() {}

    /**
     * Before JDK 22 there is no console without a terminal; since then there always is one, which has to be asked.
     *
     * @return whether standard input and output are a terminal
     */
    @SuppressWarnings("SystemConsoleNull")
    public static boolean isInteractive() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** @return whether standard error is a terminal, whatever the other two are; without the launcher a guess */
    public static boolean showsErrors() {
        String said = System.getProperty(ERRORS);
        return said == null ? isInteractive() : Boolean.parseBoolean(said);
    }

    /** @return columns of the terminal, at least 40: the variable COLUMNS, else as the launcher found them, else 80 */
    public static int columns() {
        return columns(System.getenv("COLUMNS"), System.getProperty(COLUMNS));
    }

    static int columns(@Nullable String wanted, @Nullable String found) {
        for (String text : new @Nullable String[] {wanted, found}) {
            if (text != null && text.matches("[1-9][0-9]{0,4}")) {
                return Math.max(LEAST_COLUMNS, Integer.parseInt(text));
            }
        }
        return USUAL_COLUMNS;
    }
}
