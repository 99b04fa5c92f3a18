package dev.steering.gradient;

/**
 * A row {@code prompt, response}, whose response is scored while vectors are added to the residual stream. Immutable: arrays are
 * copied in.
 */
public final class SteeredExample {
    private final int[] prompt;
    private final int[] response;
    private final int from;
    private final double coefficient;
    private final LossTerm term;
    private final double weight;

    /**
     * @param prompt tokens of the prompt up to where the answer begins, at least one
     * @param response tokens that are scored, at least one
     * @param from first position at which vectors are added, 0-based; the prompt's last token is {@code prompt.length - 1}
     * @param coefficient what the vectors are multiplied with from there on
     * @param term how the response is scored
     * @param weight what the mean loss of the response's tokens is multiplied with; finite
     * @throws IllegalArgumentException if prompt or response are empty, the position is outside, or the weight is not finite
     */
    public SteeredExample(int[] prompt, int[] response, int from, double coefficient, LossTerm term, double weight) {
        GradientRow.requireScored(response, weight);
        if (prompt.length == 0 || from < 0 || from >= prompt.length + response.length) {
            throw new IllegalArgumentException(
                    "steered from position " + from + " of " + prompt.length + " + " + response.length + " tokens");
        }
        this.prompt = prompt.clone();
        this.response = response.clone();
        this.from = from;
        this.coefficient = coefficient;
        this.term = term;
        this.weight = weight;
    }

    GradientRow row() {
        int[] tokens = new int[prompt.length + response.length];
        System.arraycopy(prompt, 0, tokens, 0, prompt.length);
        System.arraycopy(response, 0, tokens, prompt.length, response.length);
        return new GradientRow(tokens, prompt.length, term, weight).withSteering(from, coefficient);
    }
}
