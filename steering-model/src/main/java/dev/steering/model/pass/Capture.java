package dev.steering.model.pass;

/**
 * One pooled capture: the mean of the residual stream over a range of a row's new tokens.
 *
 * @param first first token, 0-based in the tokens given to this pass
 * @param last last token, inclusive
 */
public record Capture(int first, int last) {
    /**
     * @throws IllegalArgumentException if the range is empty or negative
     */
    public Capture {
        if (first < 0 || last < first) {
            throw new IllegalArgumentException("capture of tokens " + first + ".." + last);
        }
    }

    /**
     * @param index 0-based in the tokens given to this pass
     * @return exactly that token
     */
    public static Capture token(int index) {
        return new Capture(index, index);
    }
}
