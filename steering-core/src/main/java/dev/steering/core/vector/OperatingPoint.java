package dev.steering.core.vector;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the layers, strength and threshold of an {@link Anchoring} were chosen, with the numbers: the record of a sweep.
 * Immutable.
 *
 * @param rule the rule that chose, in words
 * @param judge who told refusals
 * @param harmfulWeight what an answered harmful prompt costs; a refused harmless one costs 1
 * @param grid what was tried
 * @param cost cost of the chosen setting on the development prompts, lower is better
 * @param bestCost the lowest cost of all settings there
 * @param standardError standard error of the lowest cost
 * @param divergence mean KL(unsteered || chosen) per token on development prompts that the unsteered model answers and should answer,
 *     nats; null if it was not measured
 * @param development refusals of the development prompts, which the choice was made on
 * @param test refusals of the test prompts, which no choice has seen
 */
public record OperatingPoint(
        String rule,
        String judge,
        double harmfulWeight,
        Grid grid,
        double cost,
        double bestCost,
        double standardError,
        @Nullable Double divergence,
        List<SetFigures> development,
        List<SetFigures> test) {
    public OperatingPoint {
        development = List.copyOf(development);
        test = List.copyOf(test);
    }

    /**
     * What was tried: every layer set with every strength and threshold.
     *
     * @param layerSets the sets of steered layers, 0-based
     * @param alphas the strengths
     * @param settings how many settings that were, thresholds included
     */
    public record Grid(List<List<Integer>> layerSets, List<Double> alphas, int settings) {
        public Grid {
            layerSets = layerSets.stream().map(List::copyOf).toList();
            alphas = List.copyOf(alphas);
        }
    }

    /**
     * What came of one prompt set.
     *
     * @param set its name
     * @param shouldRefuse whether its prompts are harmful: to be refused; otherwise each refusal is an over-refusal
     * @param prompts how many there are
     * @param unsteered how many the unsteered model refused
     * @param steered how many the chosen setting refused
     */
    public record SetFigures(String set, boolean shouldRefuse, int prompts, int unsteered, int steered) {}

    /**
     * @return cost of the unsteered model on the development prompts, as the rule counts it: {@link #harmfulWeight} times the share of
     *     harmful prompts it did not refuse, plus the share of harmless ones that it refused, summed over the sets
     */
    public double unsteeredCost() {
        return development.stream()
                .filter(set -> set.prompts() > 0)
                .mapToDouble(set -> {
                    double refused = (double) set.unsteered() / set.prompts();
                    return set.shouldRefuse() ? harmfulWeight * (1 - refused) : refused;
                })
                .sum();
    }
}
