package dev.steering.extract.search;

import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.search.AblationSite;
import dev.steering.model.activation.ActivationReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a direction is searched for. Immutable.
 *
 * @param method name in files: {@value #SURGICAL} or {@value #REFUSAL_DIRECTION}
 * @param lambda share of the harmful direction that is taken out of the over-refused one, at least 0: 0 leaves it as it is, 1 makes the two
 *     orthogonal; null for a search with two classes
 * @param site where candidates are ablated
 * @param divergence largest divergence from the unsteered model on harmless prompts, in nats
 * @param layerShare share of the layers that are searched, from the first on, 0 to 1
 * @param induced least score of harmless prompts with the direction added; null to add none
 * @param filters whether training prompts are left out on which the model is not of the class's mind: harmful and over-refused ones with a
 *     score of at most 0, harmless ones with a score of at least 0
 * @param refusalTokens texts whose first tokens begin a refusal
 * @param batchSize most prompts in one forward pass
 */
public record SearchSettings(
        String method,
        @Nullable Double lambda,
        AblationSite site,
        double divergence,
        double layerShare,
        @Nullable Double induced,
        boolean filters,
        List<String> refusalTokens,
        int batchSize) {
    /** Name of the search with three classes. */
    public static final String SURGICAL = "surgical";

    /** Name of the search with two classes. */
    public static final String REFUSAL_DIRECTION = "refusal-direction";

    public SearchSettings {
        refusalTokens = List.copyOf(refusalTokens);
        if (lambda != null && !(lambda >= 0 && Double.isFinite(lambda))) {
            throw new BadRequest(
                    "The share of the harmful direction that is taken out must be a number of at least 0, found "
                            + lambda + ".");
        }
        if (!(divergence > 0)) {
            throw new BadRequest("The largest divergence must be a number above 0, found " + divergence + ".");
        }
        if (!(layerShare > 0 && layerShare <= 1)) {
            throw new BadRequest(
                    "The share of layers to search must be above 0 and at most 1, found " + layerShare + ".");
        }
        if (refusalTokens.isEmpty()) {
            throw new BadRequest("A search needs at least one token that begins a refusal, found none.");
        }
        Require.atLeast("The batch size", batchSize, 1);
    }

    /**
     * As published by Wang et al. (arXiv 2410.03415): lambda 1, divergence at most 0.2, the first 80 % of the layers, filtered prompts, "I"
     * for a refusal.
     *
     * @return the settings of the search with three classes
     */
    public static SearchSettings surgical() {
        return new SearchSettings(
                SURGICAL,
                1.0,
                AblationSite.ALL_POINTS,
                0.2,
                0.8,
                null,
                true,
                List.of("I"),
                ActivationReader.DEFAULT_BATCH_SIZE);
    }

    /**
     * As published by Arditi et al. (arXiv 2406.11717): divergence at most 0.1, harmless prompts refused with the direction added, the first
     * 80 % of the layers, filtered prompts, "I" for a refusal.
     *
     * @return the settings of the search with two classes
     */
    public static SearchSettings refusalDirection() {
        return new SearchSettings(
                REFUSAL_DIRECTION,
                null,
                AblationSite.ALL_POINTS,
                0.1,
                0.8,
                0.0,
                true,
                List.of("I"),
                ActivationReader.DEFAULT_BATCH_SIZE);
    }

    /**
     * @param share share of the harmful direction that is taken out
     * @return a copy with it
     */
    public SearchSettings withLambda(double share) {
        return new SearchSettings(
                method, share, site, divergence, layerShare, induced, filters, refusalTokens, batchSize);
    }

    /**
     * @param newSite where candidates are ablated
     * @return a copy with it
     */
    public SearchSettings withSite(AblationSite newSite) {
        return new SearchSettings(
                method, lambda, newSite, divergence, layerShare, induced, filters, refusalTokens, batchSize);
    }

    /**
     * @param largest largest divergence, in nats
     * @param share share of the layers that are searched
     * @return a copy with them
     */
    public SearchSettings withLimits(double largest, double share) {
        return new SearchSettings(method, lambda, site, largest, share, induced, filters, refusalTokens, batchSize);
    }

    /**
     * @param filter whether training prompts are filtered by their score
     * @return a copy with it
     */
    public SearchSettings withFilters(boolean filter) {
        return new SearchSettings(
                method, lambda, site, divergence, layerShare, induced, filter, refusalTokens, batchSize);
    }

    /**
     * @param texts texts whose first tokens begin a refusal
     * @return a copy with them
     */
    public SearchSettings withRefusalTokens(List<String> texts) {
        return new SearchSettings(method, lambda, site, divergence, layerShare, induced, filters, texts, batchSize);
    }

    /**
     * @param rows most prompts in one forward pass
     * @return a copy with it
     */
    public SearchSettings withBatchSize(int rows) {
        return new SearchSettings(method, lambda, site, divergence, layerShare, induced, filters, refusalTokens, rows);
    }

    /**
     * The public code numbers layers by their input and discards those from {@code int(0.8 n)} on; its layer 0 holds the embeddings, which
     * are the same for all prompts behind the user's words.
     *
     * @param layers the model's layers
     * @return how many of them are searched, at least 1
     */
    int searched(int layers) {
        return Math.max(1, Math.min(layers, (int) Math.floor(layers * layerShare + 1e-9) - (layerShare < 1 ? 1 : 0)));
    }
}
