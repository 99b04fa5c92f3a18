package dev.steering.eval.compare;

import dev.steering.eval.capability.CapabilityScore;
import dev.steering.eval.utility.Utility;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one method. Immutable.
 *
 * @param contestant the method
 * @param words what it does at its operating point
 * @param contexts contexts that an answer is written behind: what a token costs
 * @param curve its strengths on the development prompts, ascending
 * @param choice the operating point
 * @param test figures at the operating point on the test prompts
 * @param utility divergence and perplexity there; null if neither was measured
 * @param capability scores there; empty if none was measured
 * @param redrawn what came of other draws there; null if it was not drawn again
 */
public record MethodFigures(
        Contestant contestant,
        String words,
        int contexts,
        List<CurvePoint> curve,
        MatchedRefusal.Choice choice,
        SplitFigures test,
        @Nullable Utility utility,
        List<CapabilityScore> capability,
        @Nullable Redrawn redrawn) {
    public MethodFigures {
        curve = List.copyOf(curve);
        capability = List.copyOf(capability);
    }

    /** @return the method's name */
    public String name() {
        return contestant.name();
    }
}
