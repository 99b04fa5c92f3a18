package dev.steering.bench;

import dev.steering.bench.workload.Task;
import dev.steering.bench.workload.Task.Case;
import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.model.pass.RuntimeOptions.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * What to time and how often. Immutable.
 *
 * @param threads threads that the model and the machine's probes get, at least 1
 * @param repetitions rounds in which everything is timed once, at least {@value #LEAST_REPETITIONS}
 * @param cases what to time; a variant's plain task is always among them, to be compared with
 * @param weights where the model's weights lie
 * @param minutes how long all of it may take; what does not fit is left out. 0 for no limit
 */
public record BenchSettings(int threads, int repetitions, List<Case> cases, Weights weights, int minutes) {
    /** With fewer repetitions the spread of the timings is not known well enough. */
    public static final int LEAST_REPETITIONS = 10;

    /** Checks the numbers and adds what the variants are compared with. */
    public BenchSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("threads: expected at least 1, found " + threads);
        }
        if (repetitions < LEAST_REPETITIONS) {
            throw new BadRequest("Expected at least " + LEAST_REPETITIONS + " repetitions, found " + repetitions
                    + ": fewer say nothing about how much the times vary.");
        }
        List<Case> wanted = List.copyOf(cases);
        cases = Task.all().stream()
                .filter(c -> wanted.contains(c)
                        || wanted.stream().anyMatch(w -> w.plain().equals(c)))
                .toList();
    }

    private static final int USUAL_MINUTES = 5;

    /** @return what fits into five minutes, on all processors, in the fewest repetitions */
    public static BenchSettings defaults() {
        return new BenchSettings(
                Runtime.getRuntime().availableProcessors(),
                LEAST_REPETITIONS,
                Task.standard(),
                Weights.REPACKED,
                USUAL_MINUTES);
    }

    /**
     * @param count threads
     * @return a copy with so many
     */
    public BenchSettings withThreads(int count) {
        return new BenchSettings(count, repetitions, cases, weights, minutes);
    }

    /**
     * @param count repetitions
     * @return a copy with so many
     * @throws SteeringException if there are fewer than {@value #LEAST_REPETITIONS}
     */
    public BenchSettings withRepetitions(int count) {
        return new BenchSettings(threads, count, cases, weights, minutes);
    }

    /**
     * @param choice where the model's weights lie
     * @return a copy with that choice
     */
    public BenchSettings withWeights(Weights choice) {
        return new BenchSettings(threads, repetitions, cases, choice, minutes);
    }

    /** @return how the model is run */
    public RuntimeOptions runtime() {
        return RuntimeOptions.defaults().withThreads(threads).withWeights(weights);
    }

    /**
     * @param names names of what to time: a task such as {@code decode-b1} with all its variants, one variant such as {@code
     *     decode-b1-steered}, or the first word, such as {@code decode}
     * @return a copy that times only those, however long that takes
     * @throws SteeringException if there is nothing of that name
     */
    public BenchSettings withOnly(List<String> names) {
        List<Case> chosen = new ArrayList<>();
        for (String name : names) {
            List<Case> those = Task.all().stream().filter(c -> isMeant(c, name)).toList();
            if (those.isEmpty()) {
                throw new BadRequest("There is no bench '" + name
                        + "'. Expected prefill, extract, decode, sweep, one of " + Task.labels()
                        + ", or one of these but the sweep with -captured, -steered or -steered-rows.");
            }
            chosen.addAll(those);
        }
        return new BenchSettings(threads, repetitions, chosen, weights, 0);
    }

    private static boolean isMeant(Case c, String name) {
        String label = c.task().label();
        boolean word = label.startsWith(name + "-") && !name.contains("-");
        return c.name().equals(name) || label.equals(name) || (word && !c.task().isOnlyByName());
    }
}
