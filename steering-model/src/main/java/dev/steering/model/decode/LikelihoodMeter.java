package dev.steering.model.decode;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures how probable the tokens of one text were. Not thread-safe. */
final class LikelihoodMeter {
    private final int alternatives;
    private final List<TokenLikelihood> measured = new ArrayList<>();
    private float[] logits = {};

    /** @param alternatives how many of the most probable tokens are told beside each, at least 0 */
    LikelihoodMeter(int alternatives) {
        this.alternatives = alternatives;
    }

    /** Keeps the logits from index 0 to the limit: choosing overwrites them. */
    void see(FloatBuffer now) {
        if (logits.length != now.limit()) {
            logits = new float[now.limit()];
        }
        now.get(0, logits);
    }

    /** What was chosen by the logits that were seen last. */
    void chose(int token) {
        double normaliser = Logits.logSumExp(logits);
        measured.add(new TokenLikelihood(token, logits[token] - normaliser, likely(normaliser)));
    }

    List<TokenLikelihood> measured() {
        return measured;
    }

    /** Of equal ones the first; tokens that a contrast has ruled out have no logarithm. */
    private List<TokenLikelihood.Alternative> likely(double normaliser) {
        int[] best = new int[alternatives];
        int count = 0;
        for (int token = 0; token < logits.length && alternatives > 0; token++) {
            float logit = logits[token];
            if (logit == Float.NEGATIVE_INFINITY || (count == alternatives && !(logit > logits[best[count - 1]]))) {
                continue;
            }
            int at = count == alternatives ? count - 1 : count++;
            while (at > 0 && logit > logits[best[at - 1]]) {
                best[at] = best[at - 1];
                at--;
            }
            best[at] = token;
        }
        return Arrays.stream(best, 0, count)
                .mapToObj(token -> new TokenLikelihood.Alternative(token, logits[token] - normaliser))
                .toList();
    }
}
