package dev.steering.eval.sweep;

import dev.steering.apply.plan.Gate;

/**
 * One setting of SCANS.
 *
 * @param layers where to steer and to classify
 * @param alpha strength, above 0
 * @param threshold scores at or above it are called harmful
 */
public record Setting(LayerSet layers, double alpha, double threshold) {
    /**
     * @param score a prompt's score at the classifier's layers
     * @return what is done to that prompt
     */
    public Push push(double score) {
        return new Push(layers.steering(), Gate.TransitionSign.sign(score, threshold) * alpha);
    }
}
