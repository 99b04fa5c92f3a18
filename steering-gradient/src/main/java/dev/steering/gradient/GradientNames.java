package dev.steering.gradient;

/** Inputs and outputs of gradient graphs. */
final class GradientNames {
    /** int64 [batch, sequence]: tokens, padded on the right; any token where a soft row will be. */
    static final String TOKENS = "input_ids";

    /** int64 [batch]: tokens of every row without padding. */
    static final String LENGTHS = "lengths";

    /** f32 [soft, hidden]: the rows. */
    static final String SOFT_PROMPT = "soft_prompt";

    /** int64 [placed]: a row of the soft prompt. */
    static final String SOFT_ROWS = "soft.rows";

    /** int64 [placed, 2]: the row of the batch and the position where it is put. */
    static final String SOFT_PLACES = "soft.places";

    /** f32 [points, hidden]. */
    static final String VECTORS = "steering.vectors";

    /** f32 [batch, sequence, 1]: what a vector is multiplied with before it is added. */
    static final String COEFFICIENTS = "steering.coeffs";

    /** f32, of the shape of what is differentiated by. */
    static final String GRADIENT = "gradient";

    private GradientNames() {}

    /** int64 [n]: where, in the batch laid out row after row, a token is predicted. */
    static String positions(LossTerm term) {
        return term.label() + ".positions";
    }

    /** int64 [n, 1]: the tokens that are predicted there. */
    static String targets(LossTerm term) {
        return term.label() + ".targets";
    }

    /** f32 [n, 1]: weights of their losses. */
    static String weights(LossTerm term) {
        return term.label() + ".weights";
    }

    /** f32 [n, 1]: the losses, not weighted. */
    static String losses(LossTerm term) {
        return term.label() + ".losses";
    }
}
