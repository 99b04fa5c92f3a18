package dev.steering.eval.saved;

import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.run.RelativeCost;
import dev.steering.eval.utility.Utility;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a method costs beside refusals, as a run's directory has it. Immutable.
 *
 * @param utility what it does to the model's language; null if neither divergence nor perplexity was measured
 * @param alone time per token as a multiple of the first method's, prompts one by one; null if no rounds were run
 * @param together the same in a batch; null if no rounds were run
 * @param seconds time that all its answers took, one method after the other; null if nobody took it
 * @param capability scores in other tasks; empty if none was measured
 */
public record SavedCost(
        @Nullable Utility utility,
        @Nullable RelativeCost alone,
        @Nullable RelativeCost together,
        @Nullable Double seconds,
        List<CapabilityScore> capability) {
    public SavedCost {
        capability = List.copyOf(capability);
    }
}
