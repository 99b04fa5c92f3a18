package dev.steering.core.softprompt;

import dev.steering.core.NumericOverflow;
import java.util.Arrays;
import java.util.List;

/**
 * A soft prompt: n rows in the space of the embedding table that take the place of n tokens. Immutable and thread-safe; arrays
 * are copied in and out.
 *
 * <p>The rows are what the table holds, before any scaling that the model applies to it (Gemma multiplies by the square root of
 * the hidden size). The tokens that it started from stay with it: they are what the prompt is written with where tokens are
 * asked for, and their rows are replaced.
 */
public final class SoftPrompt {
    private final String initialText;
    private final List<Integer> initialTokens;
    private final int hidden;
    private final float[] values;

    private SoftPrompt(String initialText, List<Integer> initialTokens, int hidden, float[] values) {
        this.initialText = initialText;
        this.initialTokens = initialTokens;
        this.hidden = hidden;
        this.values = values;
    }

    /**
     * @param initialText the words that it started from
     * @param initialTokens their tokens, at least one
     * @param hidden the model's hidden size
     * @param values row-major {@code [tokens, hidden]}; copied
     * @return the soft prompt
     * @throws IllegalArgumentException if the sizes disagree
     * @throws NumericOverflow if a value is NaN or infinite
     */
    public static SoftPrompt of(String initialText, List<Integer> initialTokens, int hidden, float[] values) {
        if (initialTokens.isEmpty()
                || hidden < 1
                || values.length != Math.multiplyExact(initialTokens.size(), hidden)) {
            throw new IllegalArgumentException(
                    "expected " + initialTokens.size() + " x " + hidden + " values, found " + values.length);
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new NumericOverflow("a soft prompt must be finite: row " + i / hidden + ", component "
                        + i % hidden + " is " + values[i] + ". The tuning diverged or the file is damaged.");
            }
        }
        return new SoftPrompt(initialText, List.copyOf(initialTokens), hidden, values.clone());
    }

    /**
     * @param newValues row-major {@code [tokens, hidden]}; copied
     * @return the same prompt with other rows
     */
    public SoftPrompt withValues(float[] newValues) {
        return of(initialText, initialTokens, hidden, newValues);
    }

    /** @return the words that it started from */
    public String initialText() {
        return initialText;
    }

    /** @return the tokens that it started from, one per row */
    public List<Integer> initialTokens() {
        return initialTokens;
    }

    /** @return number of rows */
    public int length() {
        return initialTokens.size();
    }

    /** @return length of a row: the model's hidden size */
    public int hidden() {
        return hidden;
    }

    /** @return a copy of all values, row-major {@code [length, hidden]} */
    public float[] values() {
        return values.clone();
    }

    /**
     * @param row 0-based row
     * @return a copy of it, {@code [hidden]}
     */
    public float[] row(int row) {
        return Arrays.copyOfRange(values, row * hidden, (row + 1) * hidden);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof SoftPrompt p
                && initialText.equals(p.initialText)
                && initialTokens.equals(p.initialTokens)
                && hidden == p.hidden
                && Arrays.equals(values, p.values);
    }

    @Override
    public int hashCode() {
        return 31 * initialTokens.hashCode() + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "SoftPrompt[" + length() + " x " + hidden + " from \"" + initialText + "\"]";
    }
}
