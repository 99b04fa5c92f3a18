package dev.steering.gradient;

import java.util.List;

/** A loss and its gradient. Immutable: arrays are copied out. */
public final class LossGradient {
    private final double loss;
    private final List<Double> exampleLosses;
    private final double[] gradient;

    /** @param gradient not copied */
    LossGradient(double loss, List<Double> exampleLosses, double[] gradient) {
        this.loss = loss;
        this.exampleLosses = List.copyOf(exampleLosses);
        this.gradient = gradient;
    }

    /** @return the sum over the examples of weight times mean token loss */
    public double loss() {
        return loss;
    }

    /** @return mean token loss of every example, not weighted, in the order of the examples */
    public List<Double> exampleLosses() {
        return exampleLosses;
    }

    /** @return the loss's gradient, in the order of what it was differentiated by: row by row; a copy */
    public double[] gradient() {
        return gradient.clone();
    }

    @Override
    public String toString() {
        return "LossGradient[" + loss + " over " + exampleLosses.size() + " examples, " + gradient.length
                + " gradients]";
    }
}
