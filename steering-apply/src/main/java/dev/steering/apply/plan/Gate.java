package dev.steering.apply.plan;

import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import java.util.List;
import java.util.Locale;

/** For which prompts a step acts, and with which sign. Decided once per prompt, by an unsteered pass over it. */
public sealed interface Gate {
    /** What completes a step's sentence. */
    String words();

    /** For every prompt, as the operation says. */
    record Always() implements Gate {
        @Override
        public String words() {
            return "";
        }
    }

    /** How similar a prompt's state h is to a condition vector c. */
    enum Measure {
        /** {@code cos(h, c)}, -1..1. */
        COSINE,
        /**
         * {@code cos(h, tanh(P h))} with {@code P = c c' / (c . c)}, as conditional activation steering has it (arXiv 2409.05907).
         */
        CAST,
        /** {@code h . c / |c|}: the component along c, in the stream's own units. */
        PROJECTION;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which state of a prompt is looked at. */
    enum Pooling {
        /** The mean over the prompt's tokens, template included: the default of conditional activation steering. */
        MEAN,
        /** The prompt's last token. */
        LAST;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** On which side of the threshold the condition holds. */
    enum Side {
        /** At or above it. */
        ABOVE,
        /** Below it. */
        BELOW;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Only for prompts that are, or are not, similar to a condition vector at any of the layers (conditional activation steering,
     * arXiv 2409.05907).
     *
     * @param vector the condition vector
     * @param layers after which layers the state is looked at, 0-based. The paper's code looks before a layer: its layer k is k - 1
     *     here
     * @param measure how similar
     * @param pooling which state
     * @param side on which side of the threshold it holds
     * @param threshold finite, in the measure's units
     */
    record Condition(
            VectorReference vector, List<Integer> layers, Measure measure, Pooling pooling, Side side, double threshold)
            implements Gate {
        /**
         * Sorts the layers.
         *
         * @throws SteeringException if there are no layers or the threshold is not finite
         */
        public Condition {
            layers = Layers.checked(layers, "to look at for the condition: name some");
            Require.finite("A condition's threshold", threshold);
        }

        /**
         * @param value a measured value
         * @return whether it lies on the side where the condition holds
         */
        public boolean holds(double value) {
            return side == Side.ABOVE ? value >= threshold : value < threshold;
        }

        @Override
        public String words() {
            return ", for prompts whose " + measure + " to the " + vector.words() + " (" + pooling
                    + " of the prompt, layers " + Layers.text(layers) + ") is "
                    + (side == Side.ABOVE ? "at least " : "below ") + threshold;
        }
    }

    /** How SCANS makes a decision of the cosines at several layers. */
    enum Rule {
        /** Harmful if the mean reaches the threshold: the paper's. */
        MEAN,
        /** Harmful if every layer's reaches it: what the public code does for Vicuna-7b on XSTest. */
        EVERY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * For every prompt, as the operation says for a harmful one and with the sign turned for others (SCANS, arXiv 2408.11491,
     * section 3.3). The step's own vector gives the reference.
     *
     * @param layers layers whose cosines decide, 0-based
     * @param threshold cosine from which a prompt is harmful, finite
     * @param rule how several layers decide
     */
    record TransitionSign(List<Integer> layers, double threshold, Rule rule) implements Gate {
        /**
         * Sorts the layers.
         *
         * @throws SteeringException if there are no layers or the threshold is not finite
         */
        public TransitionSign {
            layers = Layers.checked(layers, "to classify with: name some");
            Require.finite("SCANS's threshold", threshold);
        }

        /**
         * The rule that SCANS chooses its sign by, and the only place that has it.
         *
         * @param score a prompt's score
         * @param threshold score from which a prompt is harmful
         * @return +1 for a harmful prompt, as the operation says; -1 for others
         */
        public static int sign(double score, double threshold) {
            return score >= threshold ? 1 : -1;
        }

        /**
         * @param cosines cosine of the prompt's transition to the reference, one per layer of the model
         * @param score their mean over the gate's layers
         * @return whether the prompt is harmful
         */
        public boolean isHarmful(double[] cosines, double score) {
            return rule == Rule.MEAN
                    ? sign(score, threshold) > 0
                    : layers.stream().allMatch(layer -> sign(cosines[layer], threshold) > 0);
        }

        @Override
        public String words() {
            return String.format(
                    Locale.ROOT,
                    ", with the opposite sign for prompts %s transition cosine at layers %s is below %s",
                    rule == Rule.MEAN ? "whose mean" : "any of whose",
                    Layers.text(layers),
                    threshold);
        }
    }
}
