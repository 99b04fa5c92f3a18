package dev.steering.extract.anchor;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import dev.steering.core.metrics.AucInterval;
import dev.steering.core.metrics.RocAuc;
import dev.steering.core.prompts.Overlap;
import dev.steering.core.prompts.Prompt;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerEvidence;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.TargetModel;
import dev.steering.core.vector.VectorScale;
import dev.steering.extract.project.VocabularyProjector;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.HypergeometricDistribution;
import org.jspecify.annotations.Nullable;

/**
 * Anchors a steering vector: chooses the safety-critical layers by vocabulary projection and calibrates the threshold of
 * SCANS's classifier (arXiv 2408.11491, sections 3.2 and 3.3).
 *
 * <ul>
 *   <li>The safety-critical layers are the segment with the highest refusal score, see {@link VocabularyProjector} and
 *       {@link LayerChoice}; the paper reads the tokens by eye. Layers whose direction is known not to be told from chance ({@link
 *       LayerStatistics#isLikeChance}) are not chosen, unless there are no others.
 *   <li>The classifier's layers L are those from the first safety-critical layer to the last layer of the model.
 *   <li>A prompt's score is {@code s = mean over l in L of cos(t^l, d^l)}, with t its transition and d the vector's reference.
 *   <li>The threshold is what {@link Threshold#calibrate} makes of the anchors' scores.
 * </ul>
 *
 * <p>What is found says how good it is: the area under the curve with a bootstrap interval ({@link AucInterval}), and how likely the
 * evidence for the layers is by chance ({@link LayerEvidence}): for a projection the hypergeometric probability of as many refusal tokens
 * among the top ones, for a separation that of the bootstrap, times the number of segments that were looked at. {@link
 * dev.steering.core.vector.VectorQuality} turns that into words. A strength that is not given is in proportion to the layers' norms.
 *
 * <p>Anchors should be held out of the extraction. Without any, the extraction's own are scored, each harmful one against the
 * mean of the others: {@code d_-i = (n d - t_i) / (n - 1)}. The bootstrap has a fixed seed. Immutable and thread-safe.
 */
public final class LayerAnchoring {
    /** SCANS's strength for Llama-2-7b, on unit vectors; it uses 2 to 4 on other models. */
    public static final double DEFAULT_ALPHA = 3.5;

    private final AnchoringOptions options;

    private LayerAnchoring(AnchoringOptions options) {
        this.options = options;
    }

    /**
     * @return everything by the rules above, a strength of unit vectors in proportion to the layers' norms, marker "Sure", batches of 16,
     *     no progress
     */
    public static LayerAnchoring withDefaults() {
        return new LayerAnchoring(new AnchoringOptions(
                VocabularyProjector.withDefaults(),
                List.of(),
                List.of(),
                null,
                VectorScale.UNIT,
                new AnchoringOptions.Passes(
                        Transitions.DEFAULT_MARKER, ActivationReader.DEFAULT_BATCH_SIZE, ProgressListener.NONE),
                ModelCheck.SAME_MODEL,
                Overlap.REFUSE));
    }

    /**
     * @param projector how directions are read through the vocabulary head
     * @return a copy with it
     */
    public LayerAnchoring withProjector(VocabularyProjector projector) {
        return new LayerAnchoring(options.with(projector));
    }

    /**
     * @param layers the safety-critical layers, instead of those by refusal score; empty to choose them
     * @return a copy with it
     */
    public LayerAnchoring withSteeringLayers(List<Integer> layers) {
        return new LayerAnchoring(options.withLayers(layers, options.classifierLayers()));
    }

    /**
     * @param layers the classifier's layers, instead of those from the first safety-critical one on; empty to derive them
     * @return a copy with it
     */
    public LayerAnchoring withClassifierLayers(List<Integer> layers) {
        return new LayerAnchoring(options.withLayers(options.steeringLayers(), layers));
    }

    /**
     * @param alpha the strength that is recorded for steering, finite
     * @param scale what it multiplies
     * @return a copy with them
     * @throws IllegalArgumentException if alpha is not finite
     */
    public LayerAnchoring withStrength(double alpha, VectorScale scale) {
        return new LayerAnchoring(options.withStrength(alpha, scale));
    }

    /**
     * @param scale what a strength that is in proportion to the layers' norms multiplies
     * @return a copy with such a strength
     */
    public LayerAnchoring withStrength(VectorScale scale) {
        return new LayerAnchoring(options.withStrength(null, scale));
    }

    /**
     * @param marker the compliant word behind each prompt: the one that the vector was extracted with
     * @return a copy with it
     */
    public LayerAnchoring withMarker(String marker) {
        return new LayerAnchoring(options.withPasses(marker, options.batchSize(), options.progress()));
    }

    /**
     * @param rows most prompts in one forward pass, at least 1
     * @return a copy with it
     * @throws IllegalArgumentException if it is less than 1
     */
    public LayerAnchoring withBatchSize(int rows) {
        return new LayerAnchoring(options.withPasses(options.marker(), rows, options.progress()));
    }

    /**
     * @param listener told how many prompts are done
     * @return a copy with it
     */
    public LayerAnchoring withProgress(ProgressListener listener) {
        return new LayerAnchoring(options.withPasses(options.marker(), options.batchSize(), listener));
    }

    /**
     * @param check whether a vector of another model of the same size will do, or one that was extracted under another template
     * @return a copy with it
     */
    public LayerAnchoring withCheck(ModelCheck check) {
        return new LayerAnchoring(options.with(check));
    }

    /**
     * @param overlap what is done about held-out prompts that the vector was extracted from
     * @return a copy with it
     */
    public LayerAnchoring withOverlap(Overlap overlap) {
        return new LayerAnchoring(options.with(overlap));
    }

    /**
     * @param anchoring the result, for {@link SteeringVector#withAnchoring}
     * @param layers the steering layers again, with the reason for them
     * @param scores what the threshold was calibrated on
     */
    public record Result(Anchoring anchoring, LayerChoice layers, Scores scores) {}

    /**
     * Scores of the anchors at the classifier's layers, in the prompts' order.
     *
     * @param harmful of the harmful ones
     * @param harmless of the harmless ones
     */
    public record Scores(List<Double> harmful, List<Double> harmless) {
        public Scores {
            harmful = List.copyOf(harmful);
            harmless = List.copyOf(harmless);
        }
    }

    /**
     * Calibrates on the extraction's own anchors, each harmful one left out of its reference.
     *
     * @param model the model that the vector was extracted from, with the same prompt format
     * @param vector the vector, with the prompts that it was extracted from
     * @return layers, threshold and strength
     * @throws dev.steering.core.WrongModel if the vector belongs to another model or prompt format
     * @throws dev.steering.core.BadRequest if it has no transition reference, or has not kept its prompts: give them then
     * @throws SteeringException if it has fewer than two harmful anchors, or a layer does not exist
     */
    public Result anchor(ChatModel model, SteeringVector vector) {
        requireFits(model, vector);
        return leaveOneOut(model, vector, vector.requireKeptPrompts());
    }

    private Result leaveOneOut(ChatModel model, SteeringVector vector, ContrastSet anchors) {
        return anchor(model, vector, AnchorCosines.leaveOneOut(model, transitions(model, vector), vector, anchors));
    }

    /**
     * Calibrates on held-out anchors; or, if what is given are the very prompts of the extraction, by leaving one out.
     *
     * @param model the model that the vector was extracted from, with the same prompt format
     * @param vector the vector
     * @param heldOut harmful and harmless prompts that the vector was not extracted from, at least one each; or all that it was
     *     extracted from
     * @return layers, threshold and strength
     * @throws dev.steering.core.WrongModel if the vector belongs to another model or prompt format
     * @throws SteeringException if it has no transition reference, a class is empty, some prompts were used for the extraction, or
     *     a layer does not exist
     */
    public Result anchor(ChatModel model, SteeringVector vector, ContrastSet heldOut) {
        requireFits(model, vector);
        ExtractionPrompts used = vector.prompts();
        if (used != null && used.areThoseOf(heldOut)) {
            return leaveOneOut(model, vector, heldOut);
        }
        String unused = overlap(used, heldOut, options.overlap());
        return anchor(model, vector, AnchorCosines.heldOut(model, transitions(model, vector), vector, heldOut));
    }

    /**
     * The safety-critical layers by vocabulary projection alone, without a calibration.
     *
     * @param model the model
     * @param vector a vector of it
     * @return the segment with the highest refusal score, the first of several
     * @throws SteeringException if the vector is of another size, or no segment's top tokens hold a refusal token
     */
    public static LayerChoice projectedLayers(ChatModel model, SteeringVector vector) {
        TargetModel.of(model.manifest()).requireFits(vector, ModelCheck.ANY_MODEL);
        try {
            return LayerChoice.byProjection(
                    VocabularyProjector.withDefaults()
                            .read(model, vector.directions())
                            .segments(),
                    likeChance(vector));
        } catch (BadRequest e) {
            if (vector.transitionReference() != null) {
                throw e;
            }
            throw new BadRequest(
                            "No segment's direction reads like refusal in the model's vocabulary: name the layers.", e)
                    .withRemedy(Remedy.SAY_LAYERS);
        }
    }

    private Result anchor(ChatModel model, SteeringVector vector, AnchorCosines cosines) {
        List<Double> layerAuc = cosines.layerAuc(vector.layers());
        VocabularyProjector.Reading reading = options.projector().read(model, vector.directions());
        LayerChoice choice = options.steeringLayers().isEmpty()
                ? LayerChoice.of(reading.segments(), layerAuc, likeChance(vector))
                : new LayerChoice(options.steeringLayers(), "layers " + options.steeringLayers() + ": as given");
        List<Integer> classifier = options.classifierLayers().isEmpty()
                ? IntStream.range(choice.layers().get(0), vector.layers())
                        .boxed()
                        .toList()
                : options.classifierLayers();
        double[] harmful = cosines.harmfulScores(classifier);
        double[] harmless = cosines.harmlessScores(classifier);
        Threshold threshold = Threshold.calibrate(harmful, harmless);
        Calibration calibration = new Calibration(
                cosines.source(),
                harmful.length,
                harmless.length,
                classifier,
                threshold.value(),
                RocAuc.of(harmful, harmless),
                threshold.harmfulFound(),
                threshold.harmlessPassed(),
                layerAuc,
                AucInterval.of(harmful, harmless));
        Double alpha = options.alpha();
        Anchoring anchoring = new Anchoring(
                options.projector().topK(),
                reading.refusalTokens().texts(model.tokenizer()),
                reading.layers(),
                reading.segments(),
                choice.layers(),
                alpha == null ? RecommendedStrength.of(vector, choice.layers(), options.scale()) : alpha,
                options.scale(),
                calibration);
        return new Result(
                anchoring.withEvidence(evidence(model, reading, choice, cosines)),
                choice,
                new Scores(boxed(harmful), boxed(harmless)));
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    /** Layers whose direction exchanged labels give as well. */
    private static Set<Integer> likeChance(SteeringVector vector) {
        List<LayerStatistics> statistics = vector.statistics();
        return statistics == null
                ? Set.of()
                : statistics.stream()
                        .filter(LayerStatistics::isLikeChance)
                        .map(LayerStatistics::layer)
                        .collect(Collectors.toSet());
    }

    private LayerEvidence evidence(
            ChatModel model, VocabularyProjector.Reading reading, LayerChoice choice, AnchorCosines cosines) {
        if (!options.steeringLayers().isEmpty()) {
            return new LayerEvidence(LayerEvidence.Basis.GIVEN, null);
        }
        List<Projection> segments = reading.segments();
        Projection chosen = segments.stream()
                .filter(segment -> segment.firstLayer() <= choice.layers().get(0)
                        && choice.layers().get(0) <= segment.lastLayer())
                .findFirst()
                .orElseThrow();
        int found = (int) chosen.topTokens().stream()
                .filter(Projection.TokenScore::refusal)
                .count();
        boolean projected = chosen.refusalScore() > 0;
        double once = projected
                ? HypergeometricDistribution.of(
                                model.manifest().vocabulary(),
                                reading.refusalTokens().ids().size(),
                                chosen.topTokens().size())
                        .survivalProbability(found - 1)
                : AucInterval.of(cosines.harmfulScores(choice.layers()), cosines.harmlessScores(choice.layers()))
                        .chance();
        return new LayerEvidence(
                projected ? LayerEvidence.Basis.PROJECTION : LayerEvidence.Basis.SEPARATION,
                Math.min(1, once * segments.size()));
    }

    private Transitions transitions(ChatModel model, SteeringVector vector) {
        return Transitions.of(model)
                .withState(vector.transitionState())
                .withMarker(options.marker())
                .withBatchSize(options.batchSize())
                .withProgress(options.progress());
    }

    private void requireFits(ChatModel model, SteeringVector vector) {
        ModelIdentities.requireFits(model, null, vector, options.check());
        options.requireLayers(vector.layers());
    }

    /**
     * Whether a threshold that is calibrated on prompts would look better than it is.
     *
     * @param vector the vector
     * @param prompts held-out prompts, or all that the vector was extracted from: then one is left out at a time
     * @return what there is to report, one sentence; null if nothing
     */
    public static @Nullable String overlap(SteeringVector vector, ContrastSet prompts) {
        ExtractionPrompts used = vector.prompts();
        return used != null && used.areThoseOf(prompts) ? null : overlap(used, prompts, Overlap.REPORT);
    }

    private static @Nullable String overlap(
            @Nullable ExtractionPrompts extraction, ContrastSet heldOut, Overlap overlap) {
        if (heldOut.harmful().isEmpty() || heldOut.harmless().isEmpty()) {
            throw new BadRequest("Calibration needs prompts of both classes, found "
                    + heldOut.harmful().size() + " harmful and "
                    + heldOut.harmless().size() + " harmless.");
        }
        if (extraction == null) {
            return null;
        }
        List<Prompt> both = new ArrayList<>();
        heldOut.harmful().forEach(text -> both.add(new Prompt(text, "harmful prompt " + (both.size() + 1))));
        int harmful = both.size();
        heldOut.harmless()
                .forEach(text -> both.add(new Prompt(text, "harmless prompt " + (both.size() - harmful + 1))));
        return overlap.check(
                both,
                "held-out prompts",
                extraction::contains,
                "prompts of the extraction, which are calibrated on only if all of them are given, to leave one out at a"
                        + " time");
    }
}
