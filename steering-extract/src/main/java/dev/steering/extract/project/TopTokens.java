package dev.steering.extract.project;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the k best of many scored tokens. */
final class TopTokens {
    /** Worst first; of equal scores the smaller token id is better. */
    private static final Comparator<Scored> WORST_FIRST =
            Comparator.comparingDouble(Scored::score).thenComparing(Scored::id, Comparator.reverseOrder());

    record Scored(int id, double score) {}

    private final int k;
    private final PriorityQueue<Scored> best = new PriorityQueue<>(WORST_FIRST);

    TopTokens(int k) {
        this.k = k;
    }

    void offer(int id, float score) {
        Scored worst = best.peek();
        if (best.size() < k) {
            best.add(new Scored(id, score));
        } else if (worst != null && score > worst.score()) {
            best.poll();
            best.add(new Scored(id, score));
        }
    }

    /** Best first. */
    List<Scored> bestFirst() {
        List<Scored> sorted = new ArrayList<>(best);
        sorted.sort(WORST_FIRST.reversed());
        return sorted;
    }
}
