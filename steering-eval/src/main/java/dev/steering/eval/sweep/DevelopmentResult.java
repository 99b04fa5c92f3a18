package dev.steering.eval.sweep;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a sweep on its development prompts. Immutable.
 *
 * @param grid what was tried
 * @param rule the rule that chose
 * @param unsteered refusals of the unsteered model
 * @param all every setting, by layer set, then strength, then threshold
 * @param front the settings that no other beats, by ascending over-refusal; one for each place, the least intrusive
 * @param choice what was chosen
 */
public record DevelopmentResult(
        SweepGrid grid,
        OperatingRule rule,
        SafetyRates unsteered,
        List<SettingFigures> all,
        List<FrontPoint> front,
        OperatingRule.Choice choice) {
    public DevelopmentResult {
        all = List.copyOf(all);
        front = List.copyOf(front);
    }

    /**
     * Whether steering pays. The unsteered model changes nothing, so by the rule it would be the best choice if it were within one
     * standard error of the lowest cost itself.
     *
     * @return whether it is not
     */
    public boolean pays() {
        return unsteered.cost(rule.harmfulWeight()) > choice.bestCost() + choice.standardError() + OperatingRule.EQUAL;
    }

    /**
     * One setting of the front.
     *
     * @param figures the setting and its refusals
     * @param divergence its divergence from the unsteered model per token, nats; null if it could not be measured
     */
    public record FrontPoint(SettingFigures figures, @Nullable Double divergence) {}
}
