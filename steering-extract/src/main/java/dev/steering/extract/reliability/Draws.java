package dev.steering.extract.reliability;

import dev.steering.extract.estimate.ContrastSample;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random choices among a sample's activations, each class for itself; where they are in pairs, among the pairs. What is drawn is a new array of
 * weights. Not thread-safe.
 */
final class Draws {
    private final ContrastSample sample;
    private final SplittableRandom random;
    /** The indices of what is drawn from: of both classes, or of the pairs' harmful ones. */
    private final List<int[]> strata = new ArrayList<>();

    Draws(ContrastSample sample, long seed) {
        this.sample = sample;
        this.random = new SplittableRandom(seed);
        strata.add(members(true));
        if (!sample.hasPairs()) {
            strata.add(members(false));
        }
    }

    private int[] members(boolean harmful) {
        List<Integer> members = new ArrayList<>();
        for (int i = 0; i < sample.size(); i++) {
            if (sample.isHarmful(i) == harmful && sample.weight(i) > 0) {
                members.add(i);
            }
        }
        return members.stream().mapToInt(i -> i).toArray();
    }

    /** As many as there are, with replacement. */
    double[] resample() {
        double[] times = new double[sample.size()];
        for (int[] stratum : strata) {
            for (int k = 0; k < stratum.length; k++) {
                count(times, stratum[random.nextInt(stratum.length)]);
            }
        }
        return weighted(times);
    }

    /** A share of them without replacement, at least one of each class. */
    double[] subset(double share) {
        double[] times = new double[sample.size()];
        for (int[] stratum : strata) {
            int[] shuffled = shuffled(stratum);
            long chosen = Math.max(1, Math.round(share * stratum.length));
            for (int k = 0; k < chosen; k++) {
                count(times, shuffled[k]);
            }
        }
        return weighted(times);
    }

    /** What a subset has left out. */
    double[] rest(double[] subset) {
        double[] rest = new double[subset.length];
        for (int i = 0; i < rest.length; i++) {
            rest[i] = subset[i] > 0 ? 0 : sample.weight(i);
        }
        return rest;
    }

    /** The same number of labels of each class, on others; within pairs, where there are any. */
    boolean[] labels() {
        boolean[] labels = new boolean[sample.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = sample.isHarmful(i);
        }
        if (sample.hasPairs()) {
            for (int i : strata.get(0)) {
                boolean turned = random.nextBoolean();
                labels[i] ^= turned;
                labels[sample.partner(i)] ^= turned;
            }
            return labels;
        }
        int[] all = new int[strata.get(0).length + strata.get(1).length];
        System.arraycopy(strata.get(0), 0, all, 0, strata.get(0).length);
        System.arraycopy(strata.get(1), 0, all, strata.get(0).length, strata.get(1).length);
        int[] shuffled = shuffled(all);
        for (int k = 0; k < shuffled.length; k++) {
            labels[shuffled[k]] = k < strata.get(0).length;
        }
        return labels;
    }

    private int[] shuffled(int[] indices) {
        int[] shuffled = indices.clone();
        for (int k = shuffled.length - 1; k > 0; k--) {
            int other = random.nextInt(k + 1);
            int kept = shuffled[k];
            shuffled[k] = shuffled[other];
            shuffled[other] = kept;
        }
        return shuffled;
    }

    private void count(double[] times, int i) {
        times[i]++;
        if (sample.hasPairs()) {
            times[sample.partner(i)]++;
        }
    }

    private double[] weighted(double[] times) {
        for (int i = 0; i < times.length; i++) {
            times[i] *= sample.weight(i);
        }
        return times;
    }
}
