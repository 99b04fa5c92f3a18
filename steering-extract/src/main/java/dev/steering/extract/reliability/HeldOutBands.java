package dev.steering.extract.reliability;

import dev.steering.core.reliability.LayerReliability.Band;
import dev.steering.extract.estimate.ContrastSample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How much held-out scores depend on which prompts are scored: the same directions and halves, with prompts drawn anew with replacement, the same
 * ones for all halves. Directions are not found anew, because a prompt that is drawn twice would stand in both halves. Not thread-safe.
 */
final class HeldOutBands {
    /** Projections of some prompts on a direction that does not come from them, in their order. */
    @SuppressWarnings("ArrayRecordComponent") // private, never compared
    private record Scored(double[] projections, int[] ascending) {}

    private final ContrastSample sample;
    private final List<Scored> all = new ArrayList<>();

    HeldOutBands(ContrastSample sample) {
        this.sample = sample;
    }

    /** Adds the activations that have weight in a part of the sample, on a direction that does not come from them. */
    void add(ContrastSample heldOut, double[] direction) {
        double[] projections = heldOut.projections(direction);
        int[] ascending = IntStream.range(0, heldOut.size())
                .filter(i -> heldOut.weight(i) > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> projections[i]))
                .mapToInt(i -> i)
                .toArray();
        all.add(new Scored(projections, ascending));
    }

    /** 90 % intervals: of the area under the curve, then of Cohen's d; around 1/2 and 0 if nothing was added. */
    List<Band> of(int resamples, long seed) {
        if (all.isEmpty()) {
            return List.of(new Band(0.5, 0.5), new Band(0, 0));
        }
        Draws draws = new Draws(sample, seed);
        double[] areas = new double[resamples];
        double[] distances = new double[resamples];
        for (int b = 0; b < resamples; b++) {
            double[] weights = draws.resample();
            double area = 0;
            double distance = 0;
            int counted = 0;
            for (Scored scored : all) {
                double[] both = scores(scored, weights);
                if (both.length > 0) {
                    area += both[0];
                    distance += both[1];
                    counted++;
                }
            }
            areas[b] = counted == 0 ? 0.5 : area / counted;
            distances[b] = counted == 0 ? 0 : distance / counted;
        }
        return List.of(Percentiles.ninety(areas), Percentiles.ninety(distances));
    }

    /** Area (ties count half) and Cohen's d of prompts that count as often as they were drawn; empty if a class was not drawn. */
    private double[] scores(Scored scored, double[] weights) {
        double[] count = new double[2];
        double[] sum = new double[2];
        double[] squares = new double[2];
        double pairs = 0;
        for (int from = 0; from < scored.ascending.length; ) {
            double[] here = new double[2];
            int to = from;
            double value = scored.projections[scored.ascending[from]];
            while (to < scored.ascending.length && scored.projections[scored.ascending[to]] == value) {
                int i = scored.ascending[to++];
                here[sample.isHarmful(i) ? 1 : 0] += Math.round(weights[i] / sample.weight(i));
            }
            pairs += here[1] * (count[0] + here[0] / 2);
            for (int c = 0; c < 2; c++) {
                count[c] += here[c];
                sum[c] += here[c] * value;
                squares[c] += here[c] * value * value;
            }
            from = to;
        }
        if (count[0] == 0 || count[1] == 0) {
            return new double[0];
        }
        double within = 0;
        double size = 0;
        for (int c = 0; c < 2; c++) {
            within += Math.max(0, squares[c] - sum[c] * sum[c] / count[c]);
            size += Math.abs(sum[c] / count[c]);
        }
        double freedom = count[0] + count[1] - 2;
        boolean varies = freedom >= 1 && within > 1e-12 * size * size;
        double distance = varies ? (sum[1] / count[1] - sum[0] / count[0]) / Math.sqrt(within / freedom) : 0;
        return new double[] {pairs / (count[0] * count[1]), distance};
    }
}
