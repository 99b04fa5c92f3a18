package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    private static final System.Logger LOG = System.getLogger("dev.steering.model");

    @Test
    void oneLineForWhatTheLibrariesLog() {
        StringWriter err = new StringWriter();
        LogLines lines = new LogLines(new PrintWriter(err));
        try {
            LOG.log(System.Logger.Level.WARNING, "running on the CPU, the GPU cannot be used: {no driver}");
            LOG.log(System.Logger.Level.WARNING, "{0} of\n{1}", 1, 2);
            LOG.log(System.Logger.Level.DEBUG, "details");
            System.getLogger("elsewhere").log(System.Logger.Level.DEBUG, "not ours");
        } finally {
            lines.close();
        }
        assertEquals(
                String.format("steer: running on the CPU, the GPU cannot be used: {no driver}%nsteer: 1 of\uFFFD2%n"),
                err.toString());
    }

    @Test
    void afterwardsLoggingIsAsItWas() {
        Logger logger = Logger.getLogger("dev.steering");
        var before = logger.getHandlers();
        StringWriter err = new StringWriter();
        new LogLines(new PrintWriter(err)).close();
        assertArrayEquals(before, logger.getHandlers());
        assertTrue(logger.getUseParentHandlers());
        assertEquals("", err.toString());
    }
}
