package dev.steering.apply;

/**
 * What was decided about one prompt: by SCANS, whether it is harmful; by a condition, whether it holds.
 *
 * @param score SCANS: mean cosine of the prompt's transition and the reference over the classifier layers, -1..1; a condition: the
 *     measured similarity
 * @param harmful whether the score reaches the threshold
 */
public record Decision(double score, boolean harmful) {
    /** @return +1 to steer towards refusal, -1 to steer away from it */
    public int sign() {
        return harmful ? 1 : -1;
    }
}
