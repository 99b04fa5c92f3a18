package dev.steering.apply;

import dev.steering.core.SteeringException;
import dev.steering.core.softprompt.SoftPrompts;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link Acd} and of the {@linkplain InstructiveDecoding instructive-decoding} baselines. Immutable.
 *
 * @param prompts the tuned prompts; null where no method needs them
 * @param alpha how much of the opposite context's logits is taken off, 0 to below 1
 * @param oppositeText the untuned opposite prompt of {@code id-opposite}; null for the words that the tuned one began as, or
 *     for {@link SoftPrompts#DEFAULT_OPPOSITE_TEXT} if there is none
 * @param plausibility beta of the plausibility constraint, in (0, 1]; null for none
 */
public record AcdSettings(
        @Nullable SoftPrompts prompts, double alpha, @Nullable String oppositeText, @Nullable Double plausibility) {
    /** In the middle of what the paper uses. */
    public static final double DEFAULT_ALPHA = 0.5;

    /** @throws SteeringException if a value is out of its range */
    public AcdSettings {
        if (!(alpha >= 0 && alpha < 1)) {
            throw new SteeringException("ACD's alpha must be at least 0 and below 1, found " + alpha
                    + ": at 1 and above, what both prompts make likely becomes unlikely.");
        }
        if (plausibility != null && !(plausibility > 0 && plausibility <= 1)) {
            throw new SteeringException("ACD's plausibility bound must be in (0, 1], found " + plausibility + ".");
        }
    }

    /** @return no prompts, alpha 0.5, no plausibility constraint */
    public static AcdSettings defaults() {
        return new AcdSettings(null, DEFAULT_ALPHA, null, null);
    }

    /**
     * @param newPrompts the tuned prompts
     * @return a copy with them
     */
    public AcdSettings withPrompts(@Nullable SoftPrompts newPrompts) {
        return new AcdSettings(newPrompts, alpha, oppositeText, plausibility);
    }

    /**
     * @param newAlpha how much of the opposite context's logits is taken off
     * @return a copy with it
     */
    public AcdSettings withAlpha(double newAlpha) {
        return new AcdSettings(prompts, newAlpha, oppositeText, plausibility);
    }

    /**
     * @param text the untuned opposite prompt
     * @return a copy with it
     */
    public AcdSettings withOppositeText(@Nullable String text) {
        return new AcdSettings(prompts, alpha, text, plausibility);
    }

    /**
     * @param beta bound of the plausibility constraint, in (0, 1]; null for none
     * @return a copy with it
     */
    public AcdSettings withPlausibility(@Nullable Double beta) {
        return new AcdSettings(prompts, alpha, oppositeText, beta);
    }

    /** @return the untuned opposite prompt that is used */
    public String usedOppositeText() {
        if (oppositeText != null) {
            return oppositeText;
        }
        return prompts != null ? prompts.opposite().initialText() : SoftPrompts.DEFAULT_OPPOSITE_TEXT;
    }
}
