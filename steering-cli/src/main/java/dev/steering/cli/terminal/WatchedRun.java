package dev.steering.cli.terminal;

import java.io.PrintWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Runs a command, and where it is {@link LongWork} says what is kept if a signal ends the process amid it: Ctrl-C, the signal TERM
 * and HUP. The virtual machine ends by itself then, with 128 and the number of the signal as its exit code; {@code kill -9} leaves no
 * time to say anything.
 */
public final class WatchedRun implements IExecutionStrategy {
    private volatile @Nullable LongWork running;

    @Override
    public int execute(ParseResult parsed) {
        List<CommandLine> commands = parsed.asCommandLineList();
        CommandLine last = commands.get(commands.size() - 1);
        if (!(last.getCommand() instanceof LongWork work)) {
            return new RunLast().execute(parsed);
        }
        Thread farewell = new Thread(() -> say(last.getErr()), "interrupted");
        Runtime.getRuntime().addShutdownHook(farewell);
        running = work;
        try {
            return new RunLast().execute(parsed);
        } finally {
            running = null;
            remove(farewell);
        }
    }

    private void say(PrintWriter err) {
        LongWork work = running;
        if (work != null) {
            ProgressBar.clearDrawn();
            err.println();
            err.println("steer: interrupted. " + work.kept());
            err.flush();
        }
    }

    private static void remove(Thread farewell) {
        try {
            boolean unused = Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException e) {
            // The process ends already.
        }
    }
}
