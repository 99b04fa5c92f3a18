package dev.steering.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Runs of one command in processes of their own, killed at random moments, as {@code kill -9} does, and gone on with.
 *
 * @param directory where everything goes
 * @param seed of the moments
 * @param arguments the command line that writes to a path
 */
record KilledRuns(Path directory, long seed, Function<Path, List<String>> arguments) {
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
        Path log = directory.resolve("log.txt");
        Path whole = directory.resolve("whole");
        long started = System.nanoTime();
        SteerProcess.complete(log, arguments.apply(whole));
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        Random random = new Random(seed);
        int cutShort = 0;
        for (int trial = 0; trial < kills; trial++) {
            Path output = directory.resolve("killed" + trial);
            Process process = SteerProcess.start(log, arguments.apply(output));
            if (!process.waitFor(random.nextLong(millis), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                cutShort += amid.test(output) ? 1 : 0;
            }
            SteerProcess.complete(log, arguments.apply(output));
            comparison.compare(whole, output);
        }
        return cutShort;
    }
}
