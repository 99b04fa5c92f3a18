package dev.steering.extract.learn;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.extract.tune.AnchorPair;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.Examples;
import dev.steering.extract.tune.Region;
import dev.steering.extract.tune.Tuning;
import dev.steering.extract.tune.TuningListener;
import dev.steering.extract.tune.TuningLoss.Example;
import dev.steering.extract.tune.TuningRun;
import dev.steering.extract.tune.TuningSettings;
import dev.steering.extract.tune.TuningState;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.chat.PromptFit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Learns refusal directions by gradient with the model frozen, one at each layer, each as if it alone were steered; {@link BothWays} has
 * the loss. AdamW steps on the sphere of the mean difference's norm: the norm is not learned. Without a bound it would grow with
 * every step that the loss allows, and any other bound would be a choice; with that norm a strength means the same for both directions, and
 * what differs between them is where they point. The direction with the least held-out loss is kept.
 *
 * <p>Immutable and thread-safe.
 */
public final class DirectionLearner {
    /** The method in a vector's provenance. */
    public static final String METHOD = "optimized";

    private static final double LEARNING_RATE = 0.05;

    private final TuningSettings settings;
    private final Start start;
    private final List<Integer> layers;
    private final TuningRun run;
    private final TuningListener listener;

    private DirectionLearner(
            TuningSettings settings, Start start, List<Integer> layers, TuningRun run, TuningListener listener) {
        this.settings = settings;
        this.start = start;
        this.layers = layers;
        this.run = run;
        this.listener = listener;
    }

    /** @return those of {@link TuningSettings#defaults} with a learning rate of 0.05, in shares of a typical component */
    public static TuningSettings defaults() {
        TuningSettings settings = TuningSettings.defaults();
        return settings.withSteps(LEARNING_RATE, 0, settings.clip());
    }

    /**
     * @param model the model, with the prompt format to use
     * @return how long the longest context of a pair is: with its response, and with what the mean difference runs behind the prompt
     */
    public static PromptFit.Need<AnchorPair> need(ChatModel model) {
        int marker = Transitions.of(model).markerTokens().length;
        return pair -> {
            int[] prompt = model.encode(pair.prompt(), pair.system());
            return Math.max(pair.answered(prompt, model.tokenizer()).length, prompt.length + marker);
        };
    }

    /**
     * @param settings how to learn; a weight decay has no meaning where the norm is kept
     * @return learns at all layers, from random directions, without checkpoint
     * @throws SteeringException if there is a weight decay
     */
    public static DirectionLearner with(TuningSettings settings) {
        if (settings.weightDecay() != 0) {
            throw new BadRequest("Directions are learned at the norm of the mean difference: a weight decay of "
                    + settings.weightDecay() + " would do nothing. Leave it at 0.");
        }
        return new DirectionLearner(settings, Start.RANDOM, List.of(), TuningRun.IN_MEMORY, TuningListener.NONE);
    }

    /**
     * @param newStart what to begin with
     * @return a copy with it
     */
    public DirectionLearner withStart(Start newStart) {
        return new DirectionLearner(settings, newStart, layers, run, listener);
    }

    /**
     * @param newLayers where to learn, 0-based; the other layers keep the mean difference. Empty for all
     * @return a copy with them
     */
    public DirectionLearner withLayers(List<Integer> newLayers) {
        return new DirectionLearner(settings, start, List.copyOf(new TreeSet<>(newLayers)), run, listener);
    }

    /**
     * @param newRun where the state is kept
     * @return a copy that goes on from it
     */
    public DirectionLearner withRun(TuningRun newRun) {
        return new DirectionLearner(settings, start, layers, newRun, listener);
    }

    /**
     * @param newListener told of steps and epochs
     * @return a copy that tells it
     */
    public DirectionLearner withListener(TuningListener newListener) {
        return new DirectionLearner(settings, start, layers, run, newListener);
    }

    /**
     * @param model the model, with the prompt format to use
     * @param losses the same model's
     * @param anchors pairs of all kinds
     * @param meanDifference of the anchors' prompts: gives norms, statistics and the transition reference
     * @return the mean difference with the learned directions in place of its own, not anchored
     * @throws SteeringException if a layer does not exist, a pair does not fit the context, the anchors cannot be split, the
     *     checkpoint is another run's, or the tuning diverges: the last good state is then in the checkpoint
     */
    public SteeringVector learn(
            ChatModel model, LayerLosses losses, AnchorPairs anchors, SteeringVector meanDifference) {
        ModelIdentities.requireFits(model, null, meanDifference, ModelCheck.SAME_MODEL);
        List<Integer> learned = checkedLayers(meanDifference.layers());
        AnchorPairs.Split split = anchors.split(settings.heldOut(), settings.seed());
        Examples train = BothWays.encode(model, split.train());
        Examples heldOut = BothWays.encode(model, split.heldOut());
        List<TuningRun.Part> parts = learned.stream()
                .map(layer -> part(layer, losses, meanDifference.directions(), train, heldOut))
                .toList();
        List<TuningState> states = run.run(parts, identity(anchors, meanDifference, learned));
        LearnedVector result = new LearnedVector(meanDifference, learned, states);
        LayerMatrix directions = result.directions();
        List<Example> judged = heldOut.all();
        Learning learning = new Learning(
                anchors.hash(),
                split.counts(),
                start.label(),
                settings.byName(),
                result.cost(judged),
                result.compared(directions, losses, judged));
        return result.vector(directions, learning, settings.seed());
    }

    private List<Integer> checkedLayers(int count) {
        for (int layer : layers) {
            if (layer < 0 || layer >= count) {
                throw new BadRequest("There is no layer " + layer + " to learn at: the model has the layers 0 to "
                        + (count - 1) + ".");
            }
        }
        return layers.isEmpty() ? IntStream.range(0, count).boxed().toList() : layers;
    }

    private TuningRun.Part part(
            int layer, LayerLosses losses, LayerMatrix meanDifference, Examples train, Examples heldOut) {
        int hidden = meanDifference.hidden();
        Tuning tuning = new Tuning(
                "layer " + layer + " vector",
                settings,
                new ScaledLoss(losses, layer, LearnedVector.scale(meanDifference, layer)),
                new Region.Sphere(Math.sqrt(hidden)),
                train,
                heldOut,
                listener);
        return new TuningRun.Part(tuning, start.direction(meanDifference, layer, settings.seed()));
    }

    /** What has to be the same for a run to go on. */
    private Map<String, String> identity(AnchorPairs anchors, SteeringVector meanDifference, List<Integer> learned) {
        Provenance p = meanDifference.provenance();
        Map<String, String> identity = new TreeMap<>();
        identity.put("model", String.valueOf(p.modelFingerprint()));
        identity.put("anchors", anchors.hash());
        identity.put("prompts_of_the_mean_difference", p.contrastSetHash());
        identity.put("token", p.tokenSelector());
        identity.put("template", p.template());
        identity.put("start", start.label());
        identity.put("layers", learned.toString());
        identity.put("seed", String.valueOf(settings.seed()));
        settings.byName().forEach((name, value) -> identity.put(name, String.valueOf(value)));
        p.versions().forEach((name, version) -> identity.put("version_of_" + name, version));
        return identity;
    }
}
