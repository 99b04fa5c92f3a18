package dev.steering.extract.tune;

import dev.steering.extract.tune.TuningLoss.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Anchor pairs as token sequences, in groups of which each has a weight of 1 in a loss. Immutable and thread-safe. */
public final class Examples {
    private final List<List<Example>> groups;

    /** @param groups examples in the order of the pairs, each with a weight of 1; at least one in every group */
    public Examples(List<List<Example>> groups) {
        this.groups = groups.stream().map(List::copyOf).toList();
    }

    /** @return all of them, for one loss */
    public List<Example> all() {
        List<Example> all = new ArrayList<>();
        groups.forEach(some -> some.forEach(one -> all.add(one.withWeight(1.0 / some.size()))));
        return all;
    }

    /**
     * @param examples any
     * @return their tokens, responses included
     */
    public static long tokens(List<Example> examples) {
        return examples.stream().mapToLong(example -> example.tokens().length).sum();
    }

    /**
     * @param examples any
     * @param losses mean token loss of each of them
     * @return the sum of weight times loss
     */
    public static double weighted(List<Example> examples, List<Double> losses) {
        double sum = 0;
        for (int i = 0; i < examples.size(); i++) {
            sum += examples.get(i).weight() * losses.get(i);
        }
        return sum;
    }

    /** Steps in an epoch: as many as it takes to see every example of the largest group. */
    int steps(int batch) {
        int largest = groups.stream().mapToInt(List::size).max().orElse(0);
        return (largest + batch - 1) / batch;
    }

    /** The epoch's batches: every group is shuffled; one that is used up begins again. */
    List<List<Example>> epoch(int batch, long seed, int epoch) {
        Random random = new Random(seed * 1_000_003L + epoch);
        List<List<Example>> shuffled = new ArrayList<>();
        for (List<Example> some : groups) {
            List<Example> order = new ArrayList<>(some);
            Collections.shuffle(order, random);
            shuffled.add(order);
        }
        List<List<Example>> batches = new ArrayList<>();
        for (int step = 0; step < steps(batch); step++) {
            List<Example> together = new ArrayList<>();
            for (List<Example> order : shuffled) {
                int count = Math.min(batch, order.size());
                for (int i = 0; i < count; i++) {
                    together.add(order.get((step * batch + i) % order.size()).withWeight(1.0 / count));
                }
            }
            batches.add(together);
        }
        return batches;
    }
}
