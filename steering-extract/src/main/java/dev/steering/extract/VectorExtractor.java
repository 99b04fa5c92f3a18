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
import dev.steering.extract.linalg.Scatter;
import dev.steering.extract.moments.LayerMoments;
import dev.steering.extract.moments.Moments;
import dev.steering.model.activation.ActivationReader;
import dev.steering.model.activation.Transition;
import dev.steering.model.activation.Transitions;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.ModelIdentities;
import dev.steering.model.pass.Capture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
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
 * <p>Memory for mean differences does not depend on the number of prompts: one batch (see {@link ActivationReader}) and what {@link Moments}
 * says, at most 256 MiB for models up to 32 layers of 4096. The other estimators keep every activation, {@code 4 * layers * hidden}
 * bytes of each prompt, and compare each with each: at most 4096 prompts, but for {@link
 * Estimator#PCA}, which from there on keeps what {@link Scatter} says.
 *
 * <p>Sums are in double precision: the order of the prompts and the batch size change the result by float32 rounding of the
 * model's own arithmetic only. Nothing is random.
 *
 * <p>Immutable and thread-safe.
 */
public final class VectorExtractor {
    /** Most prompts of estimators that compare each with each. */
    static final int MOST_PROMPTS = 4096;

    private static final int KEY_DIGITS = 16;
    private static final double GIB = 1L << 30;

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
        int all = prompts.harmful().size() + prompts.harmless().size();
        if (method == Estimator.PCA && all > MOST_PROMPTS) {
            return extractComponents(model, prompts);
        }
        return PartMerger.merge(List.of(collect(model, prompts, Shard.WHOLE)), List.of("the whole"), progress);
    }

    /**
     * Reads a part of the prompts, for others to read the rest: {@link PartMerger} makes a vector of all parts.
     *
     * @param model the model to look into, with the prompt format to use
     * @param prompts both classes, whole
     * @param shard which part of them to read
     * @return what was kept of their activations
     * @throws SteeringException as {@link #extract}
     */
    public ExtractionPart collect(ChatModel model, ContrastSet prompts, Shard shard) {
        requireBoth(prompts);
        int layers = model.manifest().layers();
        int hidden = model.manifest().hidden();
        requireRoom(prompts, layers, hidden);
        Moments moments = new Moments(layers, hidden, method.needsEvery());
        read(model, prompts, shard, moments, h -> {});
        return new ExtractionPart(
                shard,
                method,
                marker,
                provenance(model, prompts),
                keepsPrompts ? ExtractionPrompts.kept(prompts) : ExtractionPrompts.hashed(prompts),
                layers,
                hidden,
                moments);
    }

    private void read(ChatModel model, ContrastSet prompts, Shard shard, Moments moments, Consumer<float[][]> also) {
        // All before any is read: a prompt that does not fit is found before anything is run.
        List<int[]> harmful = encode(model, prompts.harmful());
        List<int[]> harmless = encode(model, prompts.harmless());
        readHarmful(model, prompts.harmful(), harmful, shard, moments, also);
        readHarmless(model, prompts.harmless(), harmless, shard, moments, also);
    }

    /**
     * Principal components of more prompts than can be compared with each other: of what {@link Scatter} keeps, which is exact, without a word
     * on how sure one can be of them.
     */
    SteeringVector extractComponents(ChatModel model, ContrastSet prompts) {
        requireBoth(prompts);
        int layers = model.manifest().layers();
        int hidden = model.manifest().hidden();
        Moments moments = new Moments(layers, hidden, false);
        List<Scatter> scatters =
                Stream.generate(() -> new Scatter(hidden)).limit(layers).toList();
        read(model, prompts, Shard.WHOLE, moments, h -> {
            for (int l = 0; l < layers; l++) {
                scatters.get(l).add(h[l]);
            }
        });
        float[][] directions = new float[layers][];
        List<LayerStatistics> statistics = new ArrayList<>();
        for (int l = 0; l < layers; l++) {
            LayerMoments layer = moments.at(l, false);
            float[] difference = layer.direction(Estimator.MEAN_DIFFERENCE.direction());
            int at = l;
            double[] component = scatters.get(l)
                    .firstComponent(layer.midpoint())
                    .orElseThrow(
                            () -> new BadRequest("At layer " + at + " all prompts have the same activation: it has no"
                                    + " principal component. Use prompts that differ."));
            directions[l] = signed(component, difference);
            statistics.add(layer.statistics(null));
            progress.onProgress("computing directions", l + 1, layers);
        }
        return SteeringVector.of(LayerMatrix.of(directions), provenance(model, prompts))
                .withTransitionReference(moments.meanTransition())
                .withStatistics(statistics)
                .withPrompts(keepsPrompts ? ExtractionPrompts.kept(prompts) : ExtractionPrompts.hashed(prompts));
    }

    private static float[] signed(double[] component, float[] difference) {
        double dot = 0;
        for (int i = 0; i < component.length; i++) {
            dot += component[i] * difference[i];
        }
        float[] signed = new float[component.length];
        for (int i = 0; i < signed.length; i++) {
            signed[i] = (float) (dot < 0 ? -component[i] : component[i]);
        }
        return signed;
    }

    Estimator method() {
        return method;
    }

    TokenSelector selector() {
        return selector;
    }

    String marker() {
        return marker;
    }

    private static void requireBoth(ContrastSet prompts) {
        if (prompts.harmful().isEmpty() || prompts.harmless().isEmpty()) {
            throw new BadRequest("Extraction needs prompts of both classes, found "
                    + prompts.harmful().size() + " harmful and "
                    + prompts.harmless().size() + " harmless.");
        }
    }

    /** An estimator that needs every activation compares each with each. */
    private void requireRoom(ContrastSet prompts, int layers, int hidden) {
        int all = prompts.harmful().size() + prompts.harmless().size();
        if (method.direction().isPaired()
                && prompts.harmful().size() != prompts.harmless().size()) {
            throw new BadRequest(
                    "Pairs need as many harmful as harmless prompts, of which the first belong together, the second,"
                            + " and so on; found " + prompts.harmful().size() + " and "
                            + prompts.harmless().size() + ".");
        }
        long bytes = 4L * layers * hidden * all;
        long free = Runtime.getRuntime().maxMemory() / 4 * 3;
        if (method.needsEvery() && (all > MOST_PROMPTS || bytes > free)) {
            throw new BadRequest(String.format(
                    Locale.ROOT,
                    "%s keeps every prompt's activations: %d prompts need %.1f GiB of memory, and at most %d prompts and %.1f GiB"
                            + " can be had here. Use fewer prompts, give Java more memory (-Xmx), or take the mean difference, which"
                            + " needs no more for more prompts.",
                    method.label(),
                    all,
                    bytes / GIB,
                    MOST_PROMPTS,
                    free / GIB));
        }
    }

    private static List<int[]> encode(ChatModel model, List<String> prompts) {
        return prompts.stream().map(model::encode).toList();
    }

    /** The same for the same prompt; where pairs matter the same for what belongs together. */
    private long key(List<String> prompts, int place) {
        return method.direction().isPaired()
                ? place
                : Long.parseUnsignedLong(
                        ExtractionPrompts.hash(prompts.get(place)).substring(0, KEY_DIGITS), 16);
    }

    /** One pass gives the direction's token and both ends of the transition: the marker cannot be seen from before it. */
    void readHarmful(
            ChatModel model,
            List<String> prompts,
            List<int[]> encoded,
            Shard shard,
            Moments moments,
            Consumer<float[][]> also) {
        Transitions marked = Transitions.of(model).withMarker(marker);
        List<Integer> places = shard.places(prompts.size());
        List<int[]> tokens = places.stream().map(encoded::get).toList();
        List<List<Capture>> captures = tokens.stream()
                .map(one -> Stream.concat(Stream.of(selector.capture(one.length)), marked.captures(one).stream())
                        .toList())
                .toList();
        reader(model)
                .read("harmful prompts", tokens.stream().map(marked::append).toList(), captures, (prompt, h) -> {
                    moments.add(true, key(prompts, places.get(prompt)), h[0]);
                    also.accept(h[0]);
                    Transition transition = new Transition(h[1], h[2]);
                    for (int l = 0; l < h[0].length; l++) {
                        moments.addTransition(l, transition.at(l));
                    }
                });
    }

    void readHarmless(
            ChatModel model,
            List<String> prompts,
            List<int[]> encoded,
            Shard shard,
            Moments moments,
            Consumer<float[][]> also) {
        List<Integer> places = shard.places(prompts.size());
        List<int[]> tokens = places.stream().map(encoded::get).toList();
        List<List<Capture>> captures = tokens.stream()
                .map(one -> List.of(selector.capture(one.length)))
                .toList();
        reader(model).read("harmless prompts", tokens, captures, (prompt, h) -> {
            moments.add(false, key(prompts, places.get(prompt)), h[0]);
            also.accept(h[0]);
        });
    }

    private ActivationReader reader(ChatModel model) {
        return ActivationReader.of(model.model()).withBatchSize(batchSize).withProgress(progress);
    }

    private Provenance provenance(ChatModel model, ContrastSet prompts) {
        return provenance(model, ContrastSets.hash(prompts));
    }

    Provenance provenance(ChatModel model, String contrastSetHash) {
        return new Provenance(
                ModelIdentities.of(model, null),
                model.manifest().name(),
                contrastSetHash,
                method.label(),
                selector.label(),
                Provenance.BLOCK_OUTPUT,
                Provenance.ADD,
                model.format().isChat() ? "chat" : "none",
                0,
                Map.of("steering", Toolkit.version()));
    }
}
