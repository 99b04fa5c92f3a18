package dev.steering.gradient;

/** One row of a batch, and which of its tokens are scored. Package-private, and its arrays are not copied. */
final class GradientRow {
    private final int[] tokens;
    private final int responseFrom;
    private final LossTerm term;
    private final double weight;
    private final int softFrom;
    private final int steeredFrom;
    private final double coefficient;

    /**
     * @param tokens all of them; 0 in the places of a soft prompt
     * @param responseFrom position of the first scored token
     * @throws IllegalArgumentException if there is nothing before it, which could predict it
     */
    GradientRow(int[] tokens, int responseFrom, LossTerm term, double weight) {
        this(tokens, responseFrom, term, weight, 0, 0, 0);
    }

    private GradientRow(
            int[] tokens,
            int responseFrom,
            LossTerm term,
            double weight,
            int softFrom,
            int steeredFrom,
            double coefficient) {
        if (responseFrom < 1) {
            throw new IllegalArgumentException("a response with nothing before it");
        }
        this.tokens = tokens;
        this.responseFrom = responseFrom;
        this.term = term;
        this.weight = weight;
        this.softFrom = softFrom;
        this.steeredFrom = steeredFrom;
        this.coefficient = coefficient;
    }

    GradientRow withSoftPrompt(int from) {
        return new GradientRow(tokens, responseFrom, term, weight, from, steeredFrom, coefficient);
    }

    GradientRow withSteering(int from, double factor) {
        return new GradientRow(tokens, responseFrom, term, weight, softFrom, from, factor);
    }

    static void requireScored(int[] response, double weight) {
        if (response.length == 0 || !Double.isFinite(weight)) {
            throw new IllegalArgumentException(
                    "a response of " + response.length + " tokens with the weight " + weight);
        }
    }

    int token(int position) {
        return tokens[position];
    }

    int length() {
        return tokens.length;
    }

    int responseFrom() {
        return responseFrom;
    }

    int responseLength() {
        return tokens.length - responseFrom;
    }

    LossTerm term() {
        return term;
    }

    double weight() {
        return weight;
    }

    /** What one of its tokens' losses is multiplied with. */
    double tokenWeight() {
        return weight / responseLength();
    }

    /** First position of the soft prompt. */
    int softFrom() {
        return softFrom;
    }

    /** What is added to the residual stream at a position, in vectors. */
    double coefficient(int position) {
        return position < steeredFrom ? 0 : coefficient;
    }
}
