package dev.steering.extract.project;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import dev.steering.core.WrongModel;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.Projection;
import dev.steering.core.vector.Projection.TokenScore;
import dev.steering.core.vector.TargetModel;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Vocabulary projection (SCANS, arXiv 2408.11491, section 3.2): for every layer's unit direction v, and for the first principal
 * component of each of three segments' directions, the k tokens u whose head rows E_u have the largest {@code E_u . v}.
 *
 * <p>Each projection has a refusal score: with s_i the dot products of its top k tokens, the sum of {@code max(s_i, 0)} over
 * the refusal tokens among them, divided by the same sum over all of them; 0..1, and 0 if no s_i is positive.
 *
 * <p>The head is streamed from the bundle's weights in blocks of 16 MiB, once for all layers and segments. Scores are in single
 * precision; of equal scores the smaller token id comes first.
 *
 * <p>Immutable and thread-safe.
 */
public final class VocabularyProjector {
    /** How many tokens are kept unless told otherwise. */
    public static final int DEFAULT_TOP_K = 20;

    private final int topK;
    private final boolean finalNorm;
    private final @Nullable RefusalTokens refusal;

    private VocabularyProjector(int topK, boolean finalNorm, @Nullable RefusalTokens refusal) {
        this.topK = topK;
        this.finalNorm = finalNorm;
        this.refusal = refusal;
    }

    /** @return 20 tokens, as in the paper without the final norm, built-in refusal words */
    public static VocabularyProjector withDefaults() {
        return new VocabularyProjector(DEFAULT_TOP_K, false, null);
    }

    /**
     * @param k how many tokens each projection keeps, at least 1
     * @return a copy with it
     * @throws BadRequest if it is less than 1
     */
    public VocabularyProjector withTopK(int k) {
        return new VocabularyProjector(
                Require.atLeast("The number of tokens of a projection", k, 1), finalNorm, refusal);
    }

    /**
     * @param apply whether directions are multiplied by the final norm's gain, component by component, as the residual stream
     *     is before the head; they are then not normalised again. The paper does not
     * @return a copy with it
     */
    public VocabularyProjector withFinalNorm(boolean apply) {
        return new VocabularyProjector(topK, apply, refusal);
    }

    /**
     * @param tokens what counts as refusal
     * @return a copy with it
     */
    public VocabularyProjector withRefusalTokens(RefusalTokens tokens) {
        return new VocabularyProjector(topK, finalNorm, tokens);
    }

    /** @return how many tokens each projection keeps */
    public int topK() {
        return topK;
    }

    /**
     * What a model's directions read as.
     *
     * @param refusalTokens what counted as refusal
     * @param layers one projection per layer
     * @param segments one projection per segment of layers
     */
    public record Reading(RefusalTokens refusalTokens, List<Projection> layers, List<Projection> segments) {
        public Reading {
            layers = List.copyOf(layers);
            segments = List.copyOf(segments);
        }
    }

    /**
     * @param model whose head and tokenizer are used
     * @param directions one per layer, of any norm, {@code [layers, hidden]}
     * @return the projections of all layers and segments
     * @throws SteeringException if the directions are of another size than the model, or its weights cannot be read
     */
    public Reading read(ChatModel model, LayerMatrix directions) {
        int hidden = model.manifest().hidden();
        if (directions.hidden() != hidden
                || directions.layers() != model.manifest().layers()) {
            throw new WrongModel(
                    "The directions are " + directions.layers() + " x " + directions.hidden() + ", "
                            + model.manifest().name() + " has "
                            + model.manifest().layers() + " layers of hidden size " + hidden
                            + ". Are they from another model?",
                    TargetModel.SIZE);
        }
        LayerMatrix unit = directions.unit();
        List<Segments.Segment> parts = new ArrayList<>();
        List<float[]> rows = new ArrayList<>();
        for (int l = 0; l < unit.layers(); l++) {
            parts.add(new Segments.Segment(l, l));
            rows.add(unit.row(l));
        }
        for (Segments.Segment segment : Segments.of(unit.layers())) {
            parts.add(segment);
            rows.add(Segments.component(unit, segment));
        }
        VocabularyHead head = new VocabularyHead(model.model().bundle());
        List<List<TopTokens.Scored>> top = head.top(packed(rows, head, hidden), topK);
        RefusalTokens tokens = refusal == null ? RefusalTokens.of(model) : refusal;
        List<Projection> projections = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            projections.add(projection(parts.get(i), top.get(i), tokens, model.tokenizer()));
        }
        return new Reading(
                tokens, projections.subList(0, unit.layers()), projections.subList(unit.layers(), projections.size()));
    }

    private float[] packed(List<float[]> rows, VocabularyHead head, int hidden) {
        float[] packed = new float[rows.size() * hidden];
        for (int row = 0; row < rows.size(); row++) {
            float[] direction = finalNorm ? head.behindFinalNorm(rows.get(row)) : rows.get(row);
            System.arraycopy(direction, 0, packed, row * hidden, hidden);
        }
        return packed;
    }

    private static Projection projection(
            Segments.Segment part, List<TopTokens.Scored> top, RefusalTokens refusal, Tokenizer tokenizer) {
        List<TokenScore> scores = top.stream()
                .map(token -> new TokenScore(
                        token.id(),
                        tokenizer.decode(new int[] {token.id()}, false),
                        token.score(),
                        refusal.contains(token.id())))
                .toList();
        return new Projection(part.first(), part.last(), refusalScore(scores), scores);
    }

    /** The share of positive score that refusal tokens hold. */
    static double refusalScore(List<TokenScore> scores) {
        double all = scores.stream().mapToDouble(s -> Math.max(0, s.score())).sum();
        double refusing = scores.stream()
                .filter(TokenScore::refusal)
                .mapToDouble(s -> Math.max(0, s.score()))
                .sum();
        return all == 0 ? 0 : refusing / all;
    }
}
