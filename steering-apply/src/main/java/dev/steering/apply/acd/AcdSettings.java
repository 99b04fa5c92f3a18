package dev.steering.apply.acd;

import dev.steering.apply.MethodArguments;
import dev.steering.core.BadRequest;
import dev.steering.model.decode.LogitContrast;
import dev.steering.model.decode.LogitContrast.Side;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Acd} and its baselines contrast two contexts. Immutable.
 *
 * @param alpha how much of the opposite context's logits is taken off, 0 to below 1
 * @param plausibility beta of the plausibility constraint, in (0, 1]; null for none
 */
public record AcdSettings(double alpha, @Nullable Double plausibility) {
    /** Alpha unless told otherwise; the paper uses 0.4 to 0.5. */
    public static final double DEFAULT_ALPHA = 0.5;

    /** Strengths that are worth comparing: those of the paper, and weaker ones. */
    public static final List<Double> STRENGTHS = List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6);

    /** @throws BadRequest if a value is out of its range */
    public AcdSettings {
        if (!(alpha >= 0 && alpha < 1)) {
            throw new BadRequest("ACD's alpha must be at least 0 and below 1, found " + alpha
                    + ": at 1 and above, what both prompts make likely becomes unlikely.");
        }
        if (plausibility != null && !(plausibility > 0 && plausibility <= 1)) {
            throw new BadRequest("ACD's plausibility bound must be in (0, 1], found " + plausibility + ".");
        }
    }

    /** @return alpha 0.5, no plausibility constraint */
    public static AcdSettings defaults() {
        return new AcdSettings(DEFAULT_ALPHA, null);
    }

    /**
     * @param arguments what is said
     * @return the settings
     * @throws BadRequest if a value is out of its range
     */
    public static AcdSettings of(MethodArguments arguments) {
        return new AcdSettings(
                arguments.get(AcdDefinition.ALPHA, DEFAULT_ALPHA), arguments.get(AcdDefinition.PLAUSIBILITY));
    }

    /** @return {@code z_1 - a z_2}, with the first context as the expert of a plausibility constraint */
    public LogitContrast contrast() {
        LogitContrast contrast = LogitContrast.weighted(1, -alpha);
        return plausibility == null ? contrast : contrast.plausible(plausibility, Side.FIRST);
    }

    /** @return the constraint, as the end of a sentence */
    public String constraint() {
        return plausibility == null
                ? ""
                : "; tokens at least " + plausibility + " times as probable as the best in the first context";
    }
}
