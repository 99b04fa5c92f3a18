package dev.steering.apply.scans;

import dev.steering.apply.GenerationOptions;
import dev.steering.apply.MethodArguments;
import dev.steering.apply.plan.Gate;
import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.VectorScale;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The constants that SCANS's public code (github.com/zouyingcao/SCANS) uses for its four models. Layers are 0-based.
 *
 * <p>Published for all of them: unit vectors, 64 + 64 anchors, alpha (3.5 for Llama 2, 4 for Vicuna), the default threshold, a
 * repetition penalty of 1.1 and 256 tokens. The steering layers 10 to 19 are one default for all four; whether others were used for the
 * 13b models is not published. The paper names layers 10 to 20 for Llama-2-7b. The code has other thresholds, and for Vicuna-13b other
 * classifier layers, for single test sets; those were chosen on the sets that they are reported for and are not repeated here. A
 * threshold of one's own comes from anchoring a vector's layers.
 */
public enum ScansPreset {
    /** Llama-2-7b-chat. */
    LLAMA_2_7B(32, 3.5, 0.75, ClassifierLayers.TO_LAST),
    /** Llama-2-13b-chat. */
    LLAMA_2_13B(40, 3.5, 0.75, ClassifierLayers.WITHIN_STEERED),
    /** vicuna-7b-v1.5. */
    VICUNA_7B(32, 4, 0.75, ClassifierLayers.TO_LAST),
    /** vicuna-13b-v1.5. */
    VICUNA_13B(40, 4, 0.70, ClassifierLayers.WITHIN_STEERED);

    /** Repetition penalty of the public code. */
    public static final double REPETITION_PENALTY = 1.1;

    /** New tokens of the public code. */
    public static final int MAX_NEW_TOKENS = 256;

    private static final List<Integer> STEERED =
            IntStream.rangeClosed(10, 19).boxed().toList();

    private final int layers;
    private final double alpha;
    private final double threshold;
    private final ClassifierLayers classifier;

    ScansPreset(int layers, double alpha, double threshold, ClassifierLayers classifier) {
        this.layers = layers;
        this.alpha = alpha;
        this.threshold = threshold;
        this.classifier = classifier;
    }

    /** Which layers' cosines are averaged, given the layers that are steered. */
    public enum ClassifierLayers {
        /** From the first steered layer to the model's last: the paper, and the code for the 7b models. */
        TO_LAST,
        /** From the first steered layer to the last but one of them: the code for the 13b models, whose range ends before its end. */
        WITHIN_STEERED;

        /**
         * @param steered the steered layers, ascending, at least one
         * @param count layers of the model
         * @return the classifier's layers; the first steered one if the rule leaves none
         */
        public List<Integer> of(List<Integer> steered, int count) {
            int first = steered.get(0);
            int end = this == TO_LAST ? count : steered.get(steered.size() - 1);
            return IntStream.range(first, Math.max(end, first + 1)).boxed().toList();
        }
    }

    /** @return number of layers of its model */
    public int layers() {
        return layers;
    }

    /**
     * @param count layers of the model that it is to be used with
     * @return the settings
     * @throws SteeringException if the model has another number of layers than the preset's
     */
    public ScansSettings settings(int count) {
        if (count != layers) {
            throw new BadRequest("The preset " + this + " is for a model of " + layers + " layers, this one has "
                            + count + ". Anchor the layers of a vector to find settings for it.")
                    .withRemedy(Remedy.ANCHOR_LAYERS);
        }
        return new ScansSettings(
                STEERED, classifier.of(STEERED, count), alpha, VectorScale.UNIT, threshold, Gate.Rule.MEAN);
    }

    /**
     * @param arguments what is said beside the preset
     * @param count layers of the model
     * @return the arguments with the preset's settings
     * @throws SteeringException if the model has another number of layers than the preset's
     */
    public MethodArguments applied(MethodArguments arguments, int count) {
        ScansSettings published = settings(count);
        return arguments
                .withStrength(published.alpha(), published.scale())
                .withLayers(published.steeringLayers())
                .with(ScansDefinition.CLASSIFIER_LAYERS, new MethodArguments.LayerChoice(published.classifierLayers()))
                .with(ScansDefinition.THRESHOLD, published.threshold());
    }

    /** @return greedy, with the public code's repetition penalty and number of tokens */
    public GenerationOptions generation() {
        return GenerationOptions.greedy(MAX_NEW_TOKENS).withRepetitionPenalty(REPETITION_PENALTY);
    }

    /**
     * @param text as {@link #toString} writes it
     * @return the preset
     * @throws SteeringException if there is none of that name
     */
    public static ScansPreset of(String text) {
        return Arrays.stream(values())
                .filter(preset -> preset.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new BadRequest("There is no preset '" + text + "'. There are "
                        + String.join(
                                ", ",
                                Arrays.stream(values())
                                        .map(ScansPreset::toString)
                                        .toList())
                        + "."));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
