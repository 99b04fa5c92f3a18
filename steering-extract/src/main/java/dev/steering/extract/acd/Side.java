package dev.steering.extract.acd;

import dev.steering.extract.tune.AnchorPair.Kind;
import dev.steering.gradient.LossTerm;
import java.util.Locale;

/**
 * Which of the two soft prompts. With r refusals and c answers of harmful prompts h, and answers a of harmless prompts s
 * (arXiv 2406.16743, Eq. 3 and 4):
 *
 * <pre>
 * L_safe     = -E log p(r | h) - E log(1 - p(c | h)) - E log p(a | s)
 * L_opposite = -E log p(c | h) - E log(1 - p(r | h)) - E log p(a | s)
 * </pre>
 *
 * every log being the mean over the response's tokens.
 */
enum Side {
    SAFE,
    OPPOSITE;

    /** What this prompt minimises over pairs of a kind. */
    LossTerm term(Kind kind) {
        return switch (kind) {
            case HARMLESS_ANSWER -> LossTerm.LIKELIHOOD;
            case HARMFUL_REFUSAL -> this == SAFE ? LossTerm.LIKELIHOOD : LossTerm.UNLIKELIHOOD;
            case HARMFUL_ANSWER -> this == SAFE ? LossTerm.UNLIKELIHOOD : LossTerm.LIKELIHOOD;
        };
    }

    /** For people and files. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
