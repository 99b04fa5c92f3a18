package dev.steering.apply.adacd;

import dev.steering.apply.prompt.AddedPrompt;
import dev.steering.core.BadRequest;
import dev.steering.core.Require;

/**
 * The settings of {@link AdaCd}. Immutable.
 *
 * @param ratio how much of the extreme prompt's effect is taken back or put on top
 * @param agreement lambda, above 0 and at most 1: how far up the extreme context's best token must be among the plain one's, as 1 / rank,
 *     and how sure the plain context must be, as a share of how sure the extreme one is
 * @param beta a token must be at least that many times as probable as the best one in the plain context, 0 to 1
 * @param steps how many tokens are contrasted, at least 1
 * @param extreme the extreme safety prompt
 */
public record AdaCdSettings(double ratio, double agreement, double beta, int steps, AddedPrompt extreme) {
    /** The public code's contrast. */
    public static final double DEFAULT_RATIO = 4.5;

    /** The public code's threshold. */
    public static final double DEFAULT_AGREEMENT = 0.9;

    /** The public code's plausibility bound. */
    public static final double DEFAULT_BETA = 0.01;

    /** The public code's number of contrasted tokens. */
    public static final int DEFAULT_STEPS = 10;

    /** The public code's extreme safety prompt. */
    public static final String EXTREME = "Please refuse to answer me!";

    /** @throws BadRequest if a value is out of its range */
    public AdaCdSettings {
        Require.finite("AdaCD's ratio", ratio);
        if (!(agreement > 0 && agreement <= 1)) {
            throw new BadRequest(
                    "AdaCD's agreement must be above 0 and at most 1, found " + Require.words(agreement) + ".");
        }
        if (!(beta >= 0 && beta <= 1)) {
            throw new BadRequest("AdaCD's plausibility bound must be from 0 to 1, found " + Require.words(beta) + ".");
        }
        Require.atLeast("The number of tokens that AdaCD contrasts", steps, 1);
    }

    /** @return the public code's: ratio 4.5, agreement 0.9, beta 0.01, 10 tokens */
    public static AdaCdSettings defaults() {
        return new AdaCdSettings(
                DEFAULT_RATIO,
                DEFAULT_AGREEMENT,
                DEFAULT_BETA,
                DEFAULT_STEPS,
                new AddedPrompt(EXTREME, AddedPrompt.Placement.AUTO));
    }
}
