package dev.steering.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Runs of one command in processes of their own, ended at random moments, and gone on with.
 *
 * @param directory where everything goes
 * @param seed of the moments
 * @param arguments the command line that writes to a path
 * @param signals what ends them, in turn
 * @param printed whether the command prints what it makes: the path is then that of its standard output
 */
record KilledRuns(
        Path directory, long seed, Function<Path, List<String>> arguments, List<Signal> signals, boolean printed) {
    /** What a process is sent. */
    enum Signal {
        /** Ends it at once. */
        KILL,
        /** What a system that shuts down sends. */
        TERM,
        /** What Ctrl-C sends. */
        INT;

        void send(Process process) throws IOException, InterruptedException {
            if (this == KILL) {
                process.destroyForcibly().waitFor();
            } else {
                new ProcessBuilder("kill", "-" + this, Long.toString(process.pid()))
                        .start()
                        .waitFor();
                if (!process.waitFor(2, TimeUnit.MINUTES)) {
                    process.destroyForcibly().waitFor();
                }
            }
        }
    }

    /** With {@code kill -9}. */
    KilledRuns(Path directory, long seed, Function<Path, List<String>> arguments) {
        this(directory, seed, arguments, List.of(Signal.KILL), false);
    }

    /** Compares a run that was killed and completed with one that nothing interrupted. */
    @FunctionalInterface
    interface Comparison {
        void compare(Path whole, Path killed) throws IOException;
    }

    /**
     * @param kills how many runs to kill
     * @param amid whether a killed run's output shows that it was killed amid its work
     * @param comparison of every completed run with an uninterrupted one
     * @return how many runs were killed amid their work
     */
    int killAndComplete(int kills, Predicate<Path> amid, Comparison comparison)
            throws IOException, InterruptedException {
        Path whole = directory.resolve("whole");
        long started = System.nanoTime();
        SteerProcess.succeed(start(whole), log());
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        Random random = new Random(seed);
        int cutShort = 0;
        for (int trial = 0; trial < kills; trial++) {
            Path output = directory.resolve("killed" + trial);
            Process process = start(output);
            if (!process.waitFor(random.nextLong(millis), TimeUnit.MILLISECONDS)) {
                signals.get(trial % signals.size()).send(process);
                cutShort += amid.test(output) ? 1 : 0;
            }
            SteerProcess.succeed(start(output), log());
            comparison.compare(whole, output);
        }
        return cutShort;
    }

    private Process start(Path output) throws IOException {
        return printed
                ? SteerProcess.start(output, log(), arguments.apply(output))
                : SteerProcess.start(log(), arguments.apply(output));
    }

    private Path log() {
        return directory.resolve("log.txt");
    }
}
