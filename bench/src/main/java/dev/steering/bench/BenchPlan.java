package dev.steering.bench;

import dev.steering.bench.workload.Speed;
import dev.steering.bench.workload.Task;
import dev.steering.bench.workload.Task.Case;
import dev.steering.bench.workload.Variant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What will be timed and how long that takes. Immutable.
 *
 * @param cases what is timed, in that order
 * @param seconds about how long warming and timing takes
 * @param leftOut why something that was asked for is not timed, by name
 */
public record BenchPlan(List<Case> cases, double seconds, Map<String, String> leftOut) {
    /** Times vary; better done sooner than said. */
    private static final double MARGIN = 1.3;

    /** The machine's own figures: before the first repetition, and in each. */
    private static final double PROBING = 3;

    private static final double PROBES_EACH = 0.25;
    private static final int MINUTE = 60;

    /** Which are worth more where there is no time for all. */
    private static final List<Task> FIRST = List.of(
            Task.DECODE_1,
            Task.PREFILL_128,
            Task.DECODE_16,
            Task.EXTRACT_16,
            Task.PREFILL_512,
            Task.EXTRACT_64,
            Task.EXTRACT_1);

    private static final List<List<Variant>> ROUNDS =
            List.of(List.of(Variant.PLAIN, Variant.STEERED), List.of(Variant.CAPTURED, Variant.STEERED_ROWS));

    public BenchPlan {
        cases = List.copyOf(cases);
        leftOut = Collections.unmodifiableMap(new TreeMap<>(leftOut));
    }

    /**
     * @param wanted what was asked for and fits the model's context; in the order in which it runs
     * @param speed of the model
     * @param settings how often, and for how long altogether
     * @param spent seconds that have gone by already
     * @return all of it if there is no limit; else as much as fits it, of what says most first, but at least one
     */
    static BenchPlan of(List<Case> wanted, Speed speed, BenchSettings settings, double spent) {
        double fixed = PROBING + PROBES_EACH * settings.repetitions();
        double limit =
                settings.minutes() == 0 ? Double.POSITIVE_INFINITY : (double) settings.minutes() * MINUTE - spent;
        double seconds = fixed;
        List<Case> chosen = new ArrayList<>();
        for (Case c : preferred(wanted)) {
            double more =
                    MARGIN * c.task().seconds(speed) * (settings.repetitions() + 1) + ThroughputBench.WARM_SECONDS;
            boolean comparable = c.equals(c.plain()) || chosen.contains(c.plain());
            if (chosen.isEmpty() || (comparable && seconds + more <= limit)) {
                chosen.add(c);
                seconds += more;
            }
        }
        Map<String, String> leftOut = new TreeMap<>();
        for (Case c : wanted) {
            if (!chosen.contains(c)) {
                leftOut.put(
                        c.name(),
                        String.format(
                                Locale.ROOT,
                                "takes %.0f s more, for which %d minutes are too short",
                                Math.ceil(c.task().seconds(speed) * (settings.repetitions() + 1)),
                                settings.minutes()));
            }
        }
        return new BenchPlan(wanted.stream().filter(chosen::contains).toList(), seconds, leftOut);
    }

    private static List<Case> preferred(List<Case> wanted) {
        List<Case> order = new ArrayList<>();
        for (List<Variant> variants : ROUNDS) {
            for (Task task : FIRST) {
                variants.forEach(variant -> order.add(new Case(task, variant)));
            }
        }
        order.retainAll(wanted);
        wanted.stream().filter(c -> !order.contains(c)).forEach(order::add);
        return order;
    }
}
