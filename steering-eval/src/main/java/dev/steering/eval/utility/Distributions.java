package dev.steering.eval.utility;

import dev.steering.model.decode.Logits;

/** Next-token distributions from logits. Sums in double precision. */
final class Distributions {
    private Distributions() {}

    /** -ln P(token), in nats. */
    static double surprisal(float[] logits, int token) {
        return Logits.logSumExp(logits) - logits[token];
    }

    /**
     * KL(P || Q) = sum_t P(t) (ln P(t) - ln Q(t)), in nats; infinite if Q excludes what P allows.
     *
     * @param p logits of P
     * @param q logits of Q
     */
    static double divergence(float[] p, float[] q) {
        double normP = Logits.logSumExp(p);
        double normQ = Logits.logSumExp(q);
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
