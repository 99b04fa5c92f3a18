package dev.steering.extract.acd;

import dev.steering.extract.acd.AnchorPair.Kind;
import dev.steering.extract.acd.SoftPromptLoss.Term;
import java.util.Locale;

/**
 * Which of the two soft prompts. With r refusals and c answers of harmful prompts h, and answers a of harmless prompts s
 * (arXiv 2406.16743, section 3.2):
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
    Term term(Kind kind) {
        return switch (kind) {
            case HARMLESS_ANSWER -> Term.LIKELIHOOD;
            case HARMFUL_REFUSAL -> this == SAFE ? Term.LIKELIHOOD : Term.UNLIKELIHOOD;
            case HARMFUL_ANSWER -> this == SAFE ? Term.UNLIKELIHOOD : Term.LIKELIHOOD;
        };
    }

    /** For people and files. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
