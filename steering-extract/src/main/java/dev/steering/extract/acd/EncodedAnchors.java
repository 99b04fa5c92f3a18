package dev.steering.extract.acd;

import dev.steering.extract.acd.AnchorPair.Kind;
import dev.steering.extract.acd.SoftPromptLoss.Example;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Anchor pairs as token sequences around one soft prompt, by kind. Every kind has a weight of 1 in a loss. Immutable. */
final class EncodedAnchors {
    private final Map<Kind, List<Example>> examples;

    /** Examples in the order of the pairs, each with a weight of 1. */
    EncodedAnchors(Map<Kind, List<Example>> examples) {
        this.examples = new EnumMap<>(examples);
    }

    /** All of them, for one loss. */
    List<Example> all() {
        List<Example> all = new ArrayList<>();
        examples.values().forEach(some -> some.forEach(one -> all.add(weighted(one, 1.0 / some.size()))));
        return all;
    }

    /** Steps in an epoch: as many as it takes to see every pair of the largest kind. */
    int steps(int batch) {
        int largest = examples.values().stream().mapToInt(List::size).max().orElse(0);
        return (largest + batch - 1) / batch;
    }

    /** The epoch's batches: every kind is shuffled; one that is used up begins again. */
    List<List<Example>> epoch(int batch, long seed, int epoch) {
        Random random = new Random(seed * 1_000_003L + epoch);
        Map<Kind, List<Example>> shuffled = new EnumMap<>(Kind.class);
        examples.forEach((kind, some) -> {
            List<Example> order = new ArrayList<>(some);
            Collections.shuffle(order, random);
            shuffled.put(kind, order);
        });
        List<List<Example>> batches = new ArrayList<>();
        for (int step = 0; step < steps(batch); step++) {
            List<Example> together = new ArrayList<>();
            for (List<Example> order : shuffled.values()) {
                int count = Math.min(batch, order.size());
                for (int i = 0; i < count; i++) {
                    together.add(weighted(order.get((step * batch + i) % order.size()), 1.0 / count));
                }
            }
            batches.add(together);
        }
        return batches;
    }

    private static Example weighted(Example example, double weight) {
        return new Example(example.tokens(), example.softStart(), example.responseStart(), example.term(), weight);
    }
}
