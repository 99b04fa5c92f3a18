package dev.steering.gradient;

/**
 * A row {@code before, soft prompt, after, response}, whose response is scored. Immutable: arrays are copied in.
 *
 * <p>Where a chat template puts a system prompt, {@code before} is what it writes before it, and {@code after} what it writes behind
 * it up to where the answer begins, the user's prompt included.
 */
public final class SoftPromptExample {
    private final int[] before;
    private final int[] after;
    private final int[] response;
    private final LossTerm term;
    private final double weight;

    /**
     * @param before tokens before the soft prompt; may be none
     * @param after tokens behind it; may be none
     * @param response tokens that are scored, at least one
     * @param term how they are scored
     * @param weight what the mean loss of the response's tokens is multiplied with; finite
     * @throws IllegalArgumentException if there is no response, or the weight is not finite
     */
    public SoftPromptExample(int[] before, int[] after, int[] response, LossTerm term, double weight) {
        GradientRow.requireScored(response, weight);
        this.before = before.clone();
        this.after = after.clone();
        this.response = response.clone();
        this.term = term;
        this.weight = weight;
    }

    GradientRow row(int softRows) {
        int[] tokens = new int[before.length + softRows + after.length + response.length];
        System.arraycopy(before, 0, tokens, 0, before.length);
        System.arraycopy(after, 0, tokens, before.length + softRows, after.length);
        int responseFrom = tokens.length - response.length;
        System.arraycopy(response, 0, tokens, responseFrom, response.length);
        return new GradientRow(tokens, responseFrom, term, weight).withSoftPrompt(before.length);
    }
}
