package dev.steering.cli.terminal;

import java.io.PrintWriter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Shows what the libraries of this project log, as one line each, while a command runs. They log by {@link System.Logger}, which
 * Java hands to its own logging unless an application brings another; only the loggers below {@code dev.steering} are touched, and
 * they are as they were when this is closed. How important a line must be is {@link Verbosity}'s affair; warnings are kept for
 * {@link Warnings}.
 */
public final class LogLines extends Handler {
    private static final Logger LOGGER = Logger.getLogger("dev.steering");

    private final PrintWriter err;
    private final Formatter message = new SimpleFormatter();
    private final boolean toParents;
    private final @Nullable Level before;

    /** @param err where the lines go */
    public LogLines(PrintWriter err) {
        this.err = err;
        this.toParents = LOGGER.getUseParentHandlers();
        this.before = LOGGER.getLevel();
        setLevel(Level.ALL);
        LOGGER.setLevel(Level.FINE);
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(this);
    }

    @Override
    public void publish(LogRecord logged) {
        int importance = logged.getLevel().intValue();
        if (importance < Verbosity.current().level()) {
            return;
        }
        String line = Visible.line(message.formatMessage(logged));
        if (importance >= Level.WARNING.intValue()) {
            Warnings.say(err, "", line);
        } else {
            ProgressBar.clearDrawn();
            err.println("steer: " + line);
        }
    }

    @Override
    public void flush() {
        err.flush();
    }

    @Override
    public void close() {
        LOGGER.removeHandler(this);
        LOGGER.setUseParentHandlers(toParents);
        LOGGER.setLevel(before);
        flush();
    }
}
