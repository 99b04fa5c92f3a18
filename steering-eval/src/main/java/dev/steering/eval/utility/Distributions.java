package dev.steering.eval.utility;

/** Next-token distributions from logits. Sums in double precision. */
final class Distributions {
    private Distributions() {}

    /** ln of the sum of exponentials, shifted by the largest so that nothing overflows. */
    static double logSumExp(float[] logits) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return max + Math.log(sum);
    }

    /** -ln P(token), in nats. */
    static double surprisal(float[] logits, int token) {
        return logSumExp(logits) - logits[token];
    }

    /**
     * KL(P || Q) = sum_t P(t) (ln P(t) - ln Q(t)), in nats; infinite if Q excludes what P allows.
     *
     * @param p logits of P
     * @param q logits of Q
     */
    static double divergence(float[] p, float[] q) {
        double normP = logSumExp(p);
        double normQ = logSumExp(q);
        double sum = 0;
        for (int t = 0; t < p.length; t++) {
            double logP = p[t] - normP;
            double share = Math.exp(logP);
            if (share > 0) {
                sum += share * (logP - (q[t] - normQ));
            }
        }
        return Math.max(0, sum);
    }
}
