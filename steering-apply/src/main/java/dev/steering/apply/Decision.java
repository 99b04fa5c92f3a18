package dev.steering.apply;

/**
 * SCANS's decision about one prompt.
 *
 * @param score mean cosine of the prompt's transition and the reference over the classifier layers, -1..1
 * @param harmful whether the score reaches the threshold
 */
public record Decision(double score, boolean harmful) {
    /** @return +1 to steer towards refusal, -1 to steer away from it */
    public int sign() {
        return harmful ? 1 : -1;
    }
}
