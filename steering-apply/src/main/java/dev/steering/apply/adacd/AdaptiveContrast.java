package dev.steering.apply.adacd;

import dev.steering.model.decode.LogitContrast;

/**
 * AdaCD's contrast of an extreme context's logits z_e and a plain one's z (arXiv 2604.17132):
 *
 * <pre>z_e + rho (z_e - z)   where both agree: 1 / rank of z_e's best token in z >= lambda, and max p >= lambda max p_e
 * z_e - rho (z_e - z)   otherwise</pre>
 *
 * <p>over the tokens with p >= beta max p, p and p_e being the softmax of z and z_e. Immutable and thread-safe.
 */
record AdaptiveContrast(double ratio, double agreement, double beta) implements LogitContrast {
    @Override
    public void combine(float[] extreme, float[] plain, int step) {
        int best = best(plain);
        int wanted = best(extreme);
        double plainMost = 1 / sum(plain, plain[best]);
        double extremeMost = 1 / sum(extreme, extreme[wanted]);
        boolean agree = 1.0 / rank(plain, wanted) >= agreement && plainMost >= agreement * extremeMost;
        double weight = agree ? ratio : -ratio;
        double lowest = plain[best] + Math.log(beta);
        for (int t = 0; t < extreme.length; t++) {
            boolean impossible = plain[t] < lowest || extreme[t] == Float.NEGATIVE_INFINITY;
            extreme[t] = impossible
                    ? Float.NEGATIVE_INFINITY
                    : (float) (extreme[t] + weight * ((double) extreme[t] - plain[t]));
        }
    }

    private static int best(float[] logits) {
        int best = 0;
        for (int t = 1; t < logits.length; t++) {
            best = logits[t] > logits[best] ? t : best;
        }
        return best;
    }

    /** 1 for the best. */
    private static int rank(float[] logits, int token) {
        int rank = 1;
        for (float logit : logits) {
            rank += logit > logits[token] ? 1 : 0;
        }
        return rank;
    }

    /** Of the probabilities as shares of the largest. */
    private static double sum(float[] logits, float largest) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((double) logit - largest);
        }
        return sum;
    }
}
