package dev.steering.extract;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.activation.Transition;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.pass.Capture;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Extracts a steering vector: one direction per layer between the harmful and the harmless prompts' activations, and SCANS's
 * transition reference.
 *
 * <p>For layer l (the output of decoder block l, residual point l + 1) and the selected token's activation h, the direction is
 * the difference of the class means or a principal component, see {@link Estimator}. The transition reference is
 * {@code d^l = mean over harmful prompts of (h^l[last template token] - h^l[last marker token])}, where the marker ("Sure")
 * follows the prompt (SCANS, arXiv 2408.11491, sections 3.1 and 3.3). Every prompt takes one unsteered forward pass, without
 * the vocabulary head.
 *
 * <p>Memory does not depend on the number of prompts: one batch (see {@link ActivationReader}), {@code 40 * layers * hidden}
 * bytes of sums, and for {@link Estimator#PCA} what {@link dev.steering.extract.linalg.Scatter} says, for every layer: with
 * 32 layers of 4096, half a MiB per prompt up to 4096 prompts, and 4.2 GiB from there on.
 *
 * <p>Sums are in double precision: the order of the prompts and the batch size change the result by float32 rounding of the
 * model's own arithmetic only. Nothing is random.
 *
 * <p>Immutable and thread-safe.
 */
public final class VectorExtractor {
    private final Estimator method;
    private final TokenSelector selector;
    private final String marker;
    private final int batchSize;
    private final boolean keepsPrompts;
    private final ProgressListener progress;

    private VectorExtractor(
            Estimator method,
            TokenSelector selector,
            String marker,
            int batchSize,
            boolean keepsPrompts,
            ProgressListener progress) {
        this.method = method;
        this.selector = selector;
        this.marker = marker;
        this.batchSize = batchSize;
        this.keepsPrompts = keepsPrompts;
        this.progress = progress;
    }

    /** @return mean differences at the last token, marker "Sure", batches of 16, hashes of the prompts only, no progress */
    public static VectorExtractor withDefaults() {
        return new VectorExtractor(
                Estimator.MEAN_DIFFERENCE,
                TokenSelector.last(),
                Transitions.DEFAULT_MARKER,
                ActivationReader.DEFAULT_BATCH_SIZE,
                false,
                ProgressListener.NONE);
    }

    /**
     * @param newMethod how directions are computed
     * @return a copy with it
     */
    public VectorExtractor withMethod(Estimator newMethod) {
        return new VectorExtractor(newMethod, selector, marker, batchSize, keepsPrompts, progress);
    }

    /**
     * @param newSelector which tokens' activations are taken; the transition reference is always taken at the last
     * @return a copy with it
     */
    public VectorExtractor withTokenSelector(TokenSelector newSelector) {
        return new VectorExtractor(method, newSelector, marker, batchSize, keepsPrompts, progress);
    }

    /**
     * @param newMarker the compliant word behind the harmful prompts
     * @return a copy with it
     */
    public VectorExtractor withMarker(String newMarker) {
        return new VectorExtractor(method, selector, newMarker, batchSize, keepsPrompts, progress);
    }

    /**
     * @param rows most prompts in one forward pass, at least 1
     * @return a copy with it
     * @throws BadRequest if it is less than 1
     */
    public VectorExtractor withBatchSize(int rows) {
        return new VectorExtractor(
                method, selector, marker, Require.atLeast("The batch size", rows, 1), keepsPrompts, progress);
    }

    /**
     * @param keep whether the vector keeps the prompts themselves, in its files too; otherwise it remembers a hash of each
     * @return a copy that does so
     */
    public VectorExtractor withKeptPrompts(boolean keep) {
        return new VectorExtractor(method, selector, marker, batchSize, keep, progress);
    }

    /**
     * @param listener told how many prompts are done
     * @return a copy with it
     */
    public VectorExtractor withProgress(ProgressListener listener) {
        return new VectorExtractor(method, selector, marker, batchSize, keepsPrompts, listener);
    }

    /**
     * @param model the model to look into, with the prompt format to use
     * @param prompts both classes
     * @return the steering vector, not yet anchored
     * @throws SteeringException if a class is empty, a prompt does not fit the context or is too short for the token selector,
     *     an activation is not finite, or the classes cannot be told apart at a layer
     */
    public SteeringVector extract(ChatModel model, ContrastSet prompts) {
        if (prompts.harmful().isEmpty() || prompts.harmless().isEmpty()) {
            throw new BadRequest("Extraction needs prompts of both classes, found "
                    + prompts.harmful().size() + " harmful and "
                    + prompts.harmless().size() + " harmless.");
        }
        int layers = model.manifest().layers();
        int hidden = model.manifest().hidden();
        List<LayerAccumulator> accumulators = IntStream.range(0, layers)
                .mapToObj(l -> new LayerAccumulator(l, hidden, method))
                .toList();
        TransitionMean transitions = new TransitionMean(layers, hidden);
        // Both before either is read: a prompt that does not fit is found before anything is run.
        List<int[]> harmful = encode(model, prompts.harmful());
        List<int[]> harmless = encode(model, prompts.harmless());
        readHarmful(model, harmful, accumulators, transitions);
        readHarmless(model, harmless, accumulators);

        float[][] directions = new float[layers][];
        LayerStatistics[] statistics = new LayerStatistics[layers];
        for (int l = 0; l < layers; l++) {
            directions[l] = accumulators.get(l).direction();
            statistics[l] = accumulators.get(l).statistics();
            progress.onProgress("computing directions", l + 1, layers);
        }
        return SteeringVector.of(LayerMatrix.of(directions), provenance(model, prompts))
                .withTransitionReference(transitions.mean())
                .withStatistics(Arrays.asList(statistics))
                .withPrompts(keepsPrompts ? ExtractionPrompts.kept(prompts) : ExtractionPrompts.hashed(prompts));
    }

    private static List<int[]> encode(ChatModel model, List<String> prompts) {
        return prompts.stream().map(model::encode).toList();
    }

    /** One pass gives the direction's token and both ends of the transition: the marker cannot be seen from before it. */
    private void readHarmful(
            ChatModel model, List<int[]> prompts, List<LayerAccumulator> accumulators, TransitionMean transitions) {
        Transitions marked = Transitions.of(model).withMarker(marker);
        List<List<Capture>> captures = prompts.stream()
                .map(tokens -> Stream.concat(
                                Stream.of(selector.capture(tokens.length)), marked.captures(tokens).stream())
                        .toList())
                .toList();
        reader(model)
                .read("harmful prompts", prompts.stream().map(marked::append).toList(), captures, (prompt, h) -> {
                    for (int l = 0; l < accumulators.size(); l++) {
                        accumulators.get(l).addHarmful(h[0][l]);
                    }
                    transitions.add(new Transition(h[1], h[2]));
                });
    }

    private void readHarmless(ChatModel model, List<int[]> prompts, List<LayerAccumulator> accumulators) {
        List<List<Capture>> captures = prompts.stream()
                .map(tokens -> List.of(selector.capture(tokens.length)))
                .toList();
        reader(model).read("harmless prompts", prompts, captures, (prompt, h) -> {
            for (int l = 0; l < accumulators.size(); l++) {
                accumulators.get(l).addHarmless(h[0][l]);
            }
        });
    }

    private ActivationReader reader(ChatModel model) {
        return ActivationReader.of(model.model()).withBatchSize(batchSize).withProgress(progress);
    }

    private Provenance provenance(ChatModel model, ContrastSet prompts) {
        return new Provenance(
                ModelIdentities.of(model, null),
                model.manifest().name(),
                ContrastSets.hash(prompts),
                method.label(),
                selector.label(),
                Provenance.BLOCK_OUTPUT,
                Provenance.ADD,
                model.format().isChat() ? "chat" : "none",
                0,
                Map.of("steering", Toolkit.version()));
    }
}
