package dev.steering.model.decode;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.SplittableRandom;

/** Picks the next token of one text: repetition penalty, then greedy, or temperature, top-k, top-p and min-p sampling. Not thread-safe. */
final class Sampler {
    private final DecodeOptions options;
    private final SplittableRandom random;
    private final BitSet seen = new BitSet();
    private final float[] block = Logits.newBlock();
    private double[] weights = {};
    private double[] sorted = {};

    /** @param stream what makes this row's random numbers its own */
    Sampler(DecodeOptions options, int[] prompt, long stream) {
        this.options = options;
        // Mixed first: the generator's own state is a multiple of the golden ratio, so that plain sums of seed and
        // stream
        // would make one seed's numbers those of another, some draws later.
        this.random = new SplittableRandom(new SplittableRandom(options.seed()).nextLong() + stream);
        if (options.repetitionPenalty() != 1) {
            Arrays.stream(prompt).forEach(seen::set);
        }
    }

    /** The next token; the logits, from index 0 to the limit, are overwritten. */
    int next(FloatBuffer logits) {
        penalise(logits);
        int token = options.temperature() == 0 ? Logits.argmax(logits, block) : sample(logits);
        if (options.repetitionPenalty() != 1) {
            seen.set(token);
        }
        return token;
    }

    private void penalise(FloatBuffer logits) {
        float penalty = (float) options.repetitionPenalty();
        for (int t = seen.nextSetBit(0); t >= 0 && t < logits.limit(); t = seen.nextSetBit(t + 1)) {
            float logit = logits.get(t);
            logits.put(t, logit > 0 ? logit / penalty : logit * penalty);
        }
    }

    private int sample(FloatBuffer logits) {
        double max = logits.get(Logits.argmax(logits, block));
        if (weights.length != logits.limit()) {
            weights = new double[logits.limit()];
        }
        double total = 0;
        for (int t = 0; t < weights.length; t++) {
            weights[t] = Math.exp((logits.get(t) - max) / options.temperature());
            total += weights[t];
        }
        if (options.topK() > 0 && options.topK() < weights.length) {
            total = keepFrom(sorted()[weights.length - options.topK()]);
        }
        if (options.topP() < 1) {
            total = keepNucleus(total);
        }
        if (options.minP() > 0) {
            // The most probable token has weight 1.
            total = keepFrom(options.minP());
        }
        double u = random.nextDouble() * total;
        int last = 0;
        for (int t = 0; t < weights.length; t++) {
            if (weights[t] > 0) {
                last = t;
                u -= weights[t];
                if (u < 0) {
                    return t;
                }
            }
        }
        return last;
    }

    /** Zeroes all but the smallest set of most probable tokens that reaches topP; returns what remains. */
    private double keepNucleus(double total) {
        double[] ascending = sorted();
        double kept = 0;
        int i = ascending.length;
        while (i > 0 && kept < options.topP() * total) {
            kept += ascending[--i];
        }
        return keepFrom(ascending[i]);
    }

    /** Zeroes weights below the smallest that is kept; returns what remains. */
    private double keepFrom(double smallest) {
        double remaining = 0;
        for (int t = 0; t < weights.length; t++) {
            if (weights[t] < smallest) {
                weights[t] = 0;
            }
            remaining += weights[t];
        }
        return remaining;
    }

    private double[] sorted() {
        if (sorted.length != weights.length) {
            sorted = new double[weights.length];
        }
        System.arraycopy(weights, 0, sorted, 0, weights.length);
        Arrays.sort(sorted);
        return sorted;
    }
}
