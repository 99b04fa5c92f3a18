package dev.steering.export.decoder.rotary;

import org.jspecify.annotations.Nullable;

/**
 * Which embedding a row of the batch is turned by.
 *
 * <p>LongRoPE has two, and Hugging Face's implementation takes the second for every position of a sequence that is longer than
 * the original context. The table holds both one after the other, rows {@code [0, originalContext)} of the first and then rows
 * {@code [0, context)} of the second, and the graph shifts the positions of a row by {@code originalContext} when the row's
 * total length exceeds it. That is what the reference computes for a sequence in one pass, and for a cache that starts on one
 * side and stays there. A cache that grows across the boundary keeps the keys that were turned by the first embedding, as in
 * the reference's own forward pass with a cache; rewind it to 0 and run the tokens again to have all of them turned alike.
 *
 * @param first for sequences up to the original context
 * @param beyond for longer ones; null if there is no such distinction
 * @param originalContext the boundary; 0 if there is none
 */
public record RotaryTable(RotaryEmbedding first, @Nullable RotaryEmbedding beyond, int originalContext) {
    /**
     * @param rotary an embedding
     * @return it for sequences of any length
     */
    public static RotaryTable of(RotaryEmbedding rotary) {
        return new RotaryTable(rotary, null, 0);
    }

    /** @return number of pairs that are turned */
    public int pairs() {
        return first.pairs();
    }

    /**
     * @param context longest sequence
     * @return rows of the table
     */
    public long rows(int context) {
        return (long) context + originalContext;
    }
}
