package dev.steering.eval.saved;

import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.run.RelativeCost;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a method costs beside refusals and the divergence of its language ({@link SavedDivergences}), as a run's directory has it. Immutable.
 *
 * @param perplexity of a text; null if it was not measured
 * @param alone time per token as a multiple of the first method's, prompts one by one; null if no rounds were run
 * @param together the same in a batch; null if no rounds were run
 * @param seconds time that all its answers took, one method after the other; null if nobody took it
 * @param capability scores in other tasks; empty if none was measured
 */
public record SavedCost(
        @Nullable Double perplexity,
        @Nullable RelativeCost alone,
        @Nullable RelativeCost together,
        @Nullable Double seconds,
        List<CapabilityScore> capability) {
    public SavedCost {
        capability = List.copyOf(capability);
    }
}
