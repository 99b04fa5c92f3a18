package dev.steering.apply.selfcd;

import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.core.BadRequest;
import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link SelfCd}. Immutable.
 *
 * @param alpha how much the safety prompt's effect is taken back; 0 decodes with the safety prompt, 1 without, more than 1
 *     turns the effect round
 * @param safety the prompt that emphasises safety
 * @param plausibility beta of the plausibility constraint, in (0, 1]; null for none
 * @param firstSteps how many tokens are contrasted; null for all
 */
public record SelfCdSettings(
        double alpha, AddedPrompt safety, @Nullable Double plausibility, @Nullable Integer firstSteps) {
    /** The public code's default. */
    public static final double DEFAULT_ALPHA = 2.5;

    /** @throws SteeringException if a value is out of its range */
    public SelfCdSettings {
        Require.finite("Self-CD's alpha", alpha);
        if (plausibility != null && !(plausibility > 0 && plausibility <= 1)) {
            throw new BadRequest("Self-CD's plausibility bound must be in (0, 1], found " + plausibility + ".");
        }
        if (firstSteps != null) {
            Require.atLeast("The number of tokens that Self-CD contrasts", firstSteps, 1);
        }
    }

    /** @return alpha 2.5, the published safety prompt, no plausibility constraint, every token contrasted */
    public static SelfCdSettings defaults() {
        return new SelfCdSettings(DEFAULT_ALPHA, AddedPrompt.safety(), null, null);
    }

    /**
     * @param newAlpha how much the safety prompt's effect is taken back
     * @return a copy with it
     */
    public SelfCdSettings withAlpha(double newAlpha) {
        return new SelfCdSettings(newAlpha, safety, plausibility, firstSteps);
    }

    /**
     * @param newSafety the prompt that emphasises safety
     * @return a copy with it
     */
    public SelfCdSettings withSafety(AddedPrompt newSafety) {
        return new SelfCdSettings(alpha, newSafety, plausibility, firstSteps);
    }

    /**
     * @param beta bound of the plausibility constraint, in (0, 1]; null for none
     * @return a copy with it
     */
    public SelfCdSettings withPlausibility(@Nullable Double beta) {
        return new SelfCdSettings(alpha, safety, beta, firstSteps);
    }

    /**
     * @param steps how many tokens are contrasted; null for all
     * @return a copy with it
     */
    public SelfCdSettings withFirstSteps(@Nullable Integer steps) {
        return new SelfCdSettings(alpha, safety, plausibility, steps);
    }
}
