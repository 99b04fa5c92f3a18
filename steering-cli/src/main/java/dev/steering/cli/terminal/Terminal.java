package dev.steering.cli.terminal;

import java.io.Console;

/** Whether a person is there. */
public final class Terminal {
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
}
