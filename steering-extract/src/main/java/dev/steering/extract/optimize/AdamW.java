package dev.steering.extract.optimize;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import java.util.Arrays;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", arXiv 1711.05101,
 * Algorithm 2, with a constant schedule): for step t, parameters x and gradient g
 *
 * <pre>
 * x  &lt;- x - rate * decay * x
 * m  &lt;- beta1 * m + (1 - beta1) * g          v  &lt;- beta2 * v + (1 - beta2) * g^2
 * x  &lt;- x - rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
 * </pre>
 *
 * <p>All of it in double precision and in a fixed order, so that the same gradients give the same bits. Immutable and
 * thread-safe; so is its {@link State}, which is all that has to be kept to go on later as if nothing had happened.
 *
 * @param learningRate the rate, above 0
 * @param beta1 share of the first moment that is kept, in [0, 1)
 * @param beta2 share of the second moment that is kept, in [0, 1)
 * @param epsilon added to the square root, above 0
 * @param weightDecay pull towards 0 per step and unit of the learning rate, from 0 on
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
    /** @throws SteeringException if a setting is outside its range */
    public AdamW {
        Require.positive("The learning rate of AdamW", learningRate);
        requireShare("beta1", beta1);
        requireShare("beta2", beta2);
        Require.positive("The epsilon of AdamW", epsilon);
        if (!(weightDecay >= 0) || Double.isInfinite(weightDecay)) {
            throw new BadRequest("AdamW: expected a weight decay from 0 on, found " + weightDecay + ".");
        }
    }

    /**
     * @param learningRate the rate, above 0
     * @return betas 0.9 and 0.999, epsilon 1e-8, no weight decay
     */
    public static AdamW of(double learningRate) {
        return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /**
     * @param rate another learning rate, e.g. of a schedule
     * @return a copy with it
     */
    public AdamW withLearningRate(double rate) {
        return new AdamW(rate, beta1, beta2, epsilon, weightDecay);
    }

    /**
     * @param decay another weight decay
     * @return a copy with it
     */
    public AdamW withWeightDecay(double decay) {
        return new AdamW(learningRate, beta1, beta2, epsilon, decay);
    }

    /**
     * @param state before the step
     * @param gradient of the loss with respect to the state's parameters
     * @return the state after the step
     * @throws IllegalArgumentException if there are more or fewer gradients than parameters
     * @throws SteeringException if a gradient is not finite: the run has diverged, and the state before the step is good
     */
    public State step(State state, double[] gradient) {
        if (gradient.length != state.parameters.length) {
            throw new IllegalArgumentException(
                    gradient.length + " gradients for " + state.parameters.length + " parameters");
        }
        State next = state.next();
        double firstCorrection = 1 - Math.pow(beta1, (double) next.steps);
        double secondCorrection = 1 - Math.pow(beta2, (double) next.steps);
        for (int i = 0; i < gradient.length; i++) {
            double g = gradient[i];
            if (!Double.isFinite(g)) {
                throw new BadRequest("Step " + next.steps + " has a gradient of " + g + ": the run has diverged."
                        + " Try again with a learning rate below " + learningRate + ".");
            }
            next.first[i] = beta1 * next.first[i] + (1 - beta1) * g;
            next.second[i] = beta2 * next.second[i] + (1 - beta2) * g * g;
            double size = Math.sqrt(next.second[i] / secondCorrection) + epsilon;
            next.parameters[i] -= learningRate * weightDecay * next.parameters[i];
            next.parameters[i] -= learningRate * (next.first[i] / firstCorrection) / size;
        }
        return next;
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new BadRequest("AdamW: expected " + name + " from 0 to below 1, found " + value + ".");
        }
    }

    /** Parameters and moments after a number of steps. Immutable: arrays are copied in and out. */
    public static final class State {
        private final double[] parameters;
        private final double[] first;
        private final double[] second;
        private final long steps;

        private State(double[] parameters, double[] first, double[] second, long steps) {
            if (first.length != parameters.length || second.length != parameters.length || steps < 0) {
                throw new IllegalArgumentException(parameters.length + " parameters, " + first.length + " and "
                        + second.length + " moments after " + steps + " steps");
            }
            this.parameters = parameters.clone();
            this.first = first.clone();
            this.second = second.clone();
            this.steps = steps;
        }

        /**
         * @param parameters where to begin
         * @return the state before the first step
         */
        public static State of(double[] parameters) {
            return new State(parameters, new double[parameters.length], new double[parameters.length], 0);
        }

        /**
         * @param parameters as another state had them
         * @param firstMoment as another state had it
         * @param secondMoment as another state had it
         * @param steps as another state had them, from 0 on
         * @return that state
         * @throws IllegalArgumentException if the lengths differ
         */
        public static State of(double[] parameters, double[] firstMoment, double[] secondMoment, long steps) {
            return new State(parameters, firstMoment, secondMoment, steps);
        }

        private State next() {
            return new State(parameters, first, second, steps + 1);
        }

        /** @return the parameters; a copy */
        public double[] parameters() {
            return parameters.clone();
        }

        /** @return running means of the gradients; a copy */
        public double[] firstMoment() {
            return first.clone();
        }

        /** @return running means of the squared gradients; a copy */
        public double[] secondMoment() {
            return second.clone();
        }

        /** @return steps done */
        public long steps() {
            return steps;
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof State s
                    && steps == s.steps
                    && Arrays.equals(parameters, s.parameters)
                    && Arrays.equals(first, s.first)
                    && Arrays.equals(second, s.second);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(parameters) + Long.hashCode(steps);
        }

        @Override
        public String toString() {
            return "State[" + parameters.length + " parameters after " + steps + " steps]";
        }
    }
}
