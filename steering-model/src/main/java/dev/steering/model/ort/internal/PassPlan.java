package dev.steering.model.ort.internal;

import dev.steering.core.bundle.GraphSignature.Padding;
import java.util.Arrays;
import java.util.List;

/**
 * Where the tokens of one pass go: token ids, mask and positions of B rows of up to S new tokens, as numbers. Pure
 * arithmetic; immutable and thread-safe.
 *
 * <p>A cache holds positions of a row in <em>slots</em>. The new tokens of a row, padding included, take the S slots from the
 * row's <em>base</em> on; the row's past are the slots right before its base. In memory that grows every row has the same base,
 * the length of the past tensors: rows end together. In memory that is updated in place the base is the row's own length.
 */
public final class PassPlan {
    private final List<int[]> tokens;
    private final int[] past;
    private final int[] bases;
    private final int[] shifts;
    private final int width;

    private PassPlan(List<int[]> tokens, int[] past, int[] bases, Padding padding) {
        this.tokens = tokens;
        this.past = past;
        this.bases = bases;
        this.width = width(tokens);
        this.shifts = new int[tokens.size()];
        for (int row = 0; row < shifts.length; row++) {
            int missing = width - tokens.get(row).length;
            if (padding == Padding.NONE && missing != 0) {
                throw new IllegalArgumentException("rows of different lengths for a graph without padding");
            }
            shifts[row] = padding == Padding.LEFT ? missing : 0;
        }
    }

    private static int width(List<int[]> tokens) {
        int width = 0;
        for (int[] row : tokens) {
            width = Math.max(width, row.length);
        }
        return width;
    }

    /** Takes the elements of an array, in any order. */
    @FunctionalInterface
    interface Target {
        void put(int index, long value);
    }

    /** Rows from their beginning. */
    public static PassPlan fresh(Padding padding, List<int[]> tokens) {
        return growing(padding, tokens, new int[tokens.size()], 0);
    }

    /**
     * Rows after past tensors of some slots, the last of which are theirs.
     *
     * @param past positions that each row has in them
     */
    public static PassPlan growing(Padding padding, List<int[]> tokens, int[] past, int slots) {
        int[] bases = new int[tokens.size()];
        Arrays.fill(bases, slots);
        return new PassPlan(tokens, past.clone(), bases, padding);
    }

    /**
     * Rows after what memory that is updated in place holds of them, from its first slot on.
     *
     * @param past positions that it holds of each row; not copied
     */
    public static PassPlan inPlace(List<int[]> tokens, int[] past) {
        return new PassPlan(tokens, past, past, Padding.RIGHT);
    }

    /** Number of rows: B in shapes. */
    public int rows() {
        return tokens.size();
    }

    /** New tokens of the longest row, to which the others are padded: S in shapes. */
    public int width() {
        return width;
    }

    /** Whether all rows have equally many new tokens. */
    public boolean isRectangle() {
        return tokens.stream().allMatch(row -> row.length == width);
    }

    /** Slots of the past and of the new tokens together, of the longest row: T in shapes. */
    public int total() {
        int total = 0;
        for (int row = 0; row < rows(); row++) {
            total = Math.max(total, end(row));
        }
        return total;
    }

    /** Slots before the new tokens. */
    public int past() {
        int slots = 0;
        for (int base : bases) {
            slots = Math.max(slots, base);
        }
        return slots;
    }

    /** New tokens of a row. */
    public int length(int row) {
        return tokens.get(row).length;
    }

    /** 0-based position in the row of a new token, the past counted. */
    public int position(int row, int index) {
        return past[row] + index;
    }

    /** Where a new token of a row is among the S, padding counted. */
    public int index(int row, int index) {
        return shifts[row] + index;
    }

    /** The slot after a row's last token. */
    public int end(int row) {
        return bases[row] + shifts[row] + length(row);
    }

    /** {@code [B,S]}; padding is 0. */
    public void ids(Target into) {
        for (int row = 0; row < rows(); row++) {
            for (int s = 0; s < width; s++) {
                int i = s - shifts[row];
                into.put(row * width + s, i >= 0 && i < length(row) ? tokens.get(row)[i] : 0);
            }
        }
    }

    /** {@code [B,T]}: 1 for the row's past and its new tokens. */
    public void mask(Target into) {
        int total = total();
        for (int row = 0; row < rows(); row++) {
            for (int slot = 0; slot < total; slot++) {
                boolean held = slot >= bases[row] - past[row] && slot < bases[row];
                boolean added = slot >= end(row) - length(row) && slot < end(row);
                into.put(row * total + slot, held || added ? 1 : 0);
            }
        }
    }

    /** {@code [B,S]}; padding is 1, as Hugging Face has it: always inside a table of positions. */
    public void positions(Target into) {
        for (int row = 0; row < rows(); row++) {
            for (int s = 0; s < width; s++) {
                int i = s - shifts[row];
                into.put(row * width + s, i >= 0 && i < length(row) ? position(row, i) : 1);
            }
        }
    }

    /** {@code [S]}: slots of the new tokens. */
    public void slots(Target into) {
        for (int i = 0; i < width; i++) {
            into.put(i, past() + i);
        }
    }
}
