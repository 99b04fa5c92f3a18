package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.cli.terminal.ExitCodes;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command line printed and returned. */
record CommandRun(int exit, String out, String err) {
    static CommandRun steer(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Steer.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exit = command.execute(args);
        return new CommandRun(exit, out.toString(), err.toString());
    }

    CommandRun assertSucceeds() {
        assertEquals(ExitCodes.SUCCESS, exit, err);
        return this;
    }

    /** That it failed; where the command line is to blame, it is said where to read on. */
    void assertFails(String... messages) {
        boolean usage = err.contains("See 'steer ");
        assertEquals(usage ? ExitCodes.USAGE : ExitCodes.FAILURE, exit, out);
        for (String message : messages) {
            assertTrue(err.contains(message), err);
        }
        assertTrue(!err.contains("\tat "), "no stack trace: " + err);
    }

    void assertWrongUsage(String message) {
        assertEquals(ExitCodes.USAGE, exit, out);
        assertTrue(err.contains(message), err);
    }
}
