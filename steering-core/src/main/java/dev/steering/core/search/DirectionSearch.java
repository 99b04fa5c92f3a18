package dev.steering.core.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one direction was chosen among candidates from several token positions and layers: by what ablating it does to the first token of
 * the answer. Immutable.
 *
 * <p>The score of a prompt is {@code log(p + 1e-8) - log(1 - p + 1e-8)}, p being the probability that the answer begins with one of the
 * refusal tokens; divergence is the mean over the harmless development prompts of the Kullback-Leibler divergence of the first token's
 * distribution from the unsteered one, in nats (arXiv 2406.11717, section 2 and appendix C; both formulas as in its public code).
 *
 * @param lambda share of the harmful direction that was taken out of the over-refused one (arXiv 2410.03415); null where there was one
 *     contrast only
 * @param site where candidates were ablated, a label of {@link AblationSite}
 * @param position the chosen token, -1 for the prompt's last
 * @param layer the chosen layer, 0-based: the output of that block
 * @param remaining length of the over-refused direction without that share, relative to the whole, and 1 where nothing was taken out
 * @param limits what candidates had to keep
 * @param refusalTokens the tokens that begin a refusal, as text
 * @param sets how many prompts were used
 * @param baseline score of the development prompts that are to be answered differently, without steering
 * @param candidates everything that was compared, by position and then by layer
 */
public record DirectionSearch(
        @Nullable Double lambda,
        String site,
        int position,
        int layer,
        double remaining,
        Limits limits,
        List<String> refusalTokens,
        List<SetCount> sets,
        double baseline,
        List<Candidate> candidates) {
    public DirectionSearch {
        refusalTokens = List.copyOf(refusalTokens);
        sets = List.copyOf(sets);
        candidates = List.copyOf(candidates);
    }

    /**
     * What candidates had to keep.
     *
     * @param divergence largest divergence
     * @param layerShare share of the model's layers that were searched, from the first on
     * @param induced least score of harmless prompts with the direction added; null where adding was not tried
     */
    public record Limits(double divergence, double layerShare, @Nullable Double induced) {}

    /**
     * Prompts of one class.
     *
     * @param set {@code harmful}, {@code harmless} or {@code over-refused}
     * @param given prompts for the direction
     * @param kept those whose score was on the side of their class, or all
     * @param development prompts that candidates were compared on
     */
    public record SetCount(String set, int given, int kept, int development) {}

    /**
     * One direction.
     *
     * @param position token, -1 for the prompt's last
     * @param layer 0-based
     * @param score mean score of the development prompts with it ablated
     * @param divergence mean divergence on harmless development prompts with it ablated
     * @param induced mean score of harmless development prompts with it added behind its layer; null where that was not tried
     */
    public record Candidate(int position, int layer, double score, double divergence, @Nullable Double induced) {}

    /** @return the candidate that was chosen */
    public Candidate chosen() {
        return candidates.stream()
                .filter(candidate -> candidate.position == position && candidate.layer == layer)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the chosen direction is not among the candidates"));
    }
}
