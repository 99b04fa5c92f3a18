package dev.steering.core.generation;

/** Hears text as it is written. Called from the generating thread; must be quick. */
@FunctionalInterface
public interface TokenListener {
    /** Hears nothing and stops nothing. */
    TokenListener NONE = (row, piece) -> true;

    /**
     * @param row index of the prompt
     * @param piece text that has become certain; may be empty while a character is incomplete
     * @return false to stop this row
     */
    boolean onText(int row, String piece);
}
