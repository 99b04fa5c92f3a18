package dev.steering.core.runtime;

import dev.steering.core.bundle.GraphSignature.Padding;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the tokens of one pass go: token ids, mask and positions of B rows of up to S new tokens, as numbers. Pure
 * arithmetic; immutable and thread-safe.
 *
 * <p>A cache holds positions of a row in <em>slots</em>. The new tokens of a row, padding included, take the S slots from the
 * row's <em>base</em> on; the row's past are the slots right before its base. In memory that grows every row has the same base,
 * the length of the past tensors: rows end together. In memory that is updated in place the base is the row's own length.
 */
final class PassPlan {
    private final List<int[]> tokens;
    private final int[] past;
    private final int[] bases;
    private final int[] shifts;
    private final int width;

    private PassPlan(List<int[]> tokens, int[] past, int[] bases, Padding padding) {
        this.tokens = tokens;
        this.past = past;
        this.bases = bases;
        this.width = tokens.stream().mapToInt(row -> row.length).max().orElse(0);
        this.shifts = tokens.stream()
                .mapToInt(row -> padding == Padding.LEFT ? width - row.length : 0)
                .toArray();
        if (padding == Padding.NONE && tokens.stream().anyMatch(row -> row.length != width)) {
            throw new IllegalArgumentException("rows of different lengths for a graph without padding");
        }
    }

    /** Rows from their beginning. */
    static PassPlan fresh(Padding padding, List<int[]> tokens) {
        return growing(padding, tokens, new int[tokens.size()], 0);
    }

    /**
     * Rows after past tensors of some slots, the last of which are theirs.
     *
     * @param past positions that each row has in them
     */
    static PassPlan growing(Padding padding, List<int[]> tokens, int[] past, int slots) {
        int[] bases = new int[tokens.size()];
        Arrays.fill(bases, slots);
        return new PassPlan(tokens, past.clone(), bases, padding);
    }

    /**
     * Rows after what memory that is updated in place holds of them, from its first slot on.
     *
     * @param past positions that it holds of each row
     */
    static PassPlan inPlace(List<int[]> tokens, int[] past) {
        return new PassPlan(tokens, past.clone(), past.clone(), Padding.RIGHT);
    }

    /** B. */
    int rows() {
        return tokens.size();
    }

    /** S. */
    int width() {
        return width;
    }

    /** Whether all rows have equally many new tokens. */
    boolean isRectangle() {
        return tokens.stream().allMatch(row -> row.length == width);
    }

    /** T: slots of the past and the new tokens. */
    int total() {
        return IntStream.range(0, rows()).map(this::end).max().orElse(0);
    }

    /** Slots before the new tokens. */
    int past() {
        return Arrays.stream(bases).max().orElse(0);
    }

    /** New tokens of a row. */
    int length(int row) {
        return tokens.get(row).length;
    }

    /** 0-based position in the row of a new token, the past counted. */
    int position(int row, int index) {
        return past[row] + index;
    }

    /** Where a new token of a row is among the S, padding counted. */
    int index(int row, int index) {
        return shifts[row] + index;
    }

    /** The slot after a row's last token. */
    int end(int row) {
        return bases[row] + shifts[row] + length(row);
    }

    /** {@code [B,S]}; padding is 0. */
    long[] ids() {
        long[] ids = new long[rows() * width];
        for (int row = 0; row < rows(); row++) {
            for (int i = 0; i < length(row); i++) {
                ids[row * width + index(row, i)] = tokens.get(row)[i];
            }
        }
        return ids;
    }

    /** {@code [B,T]}: 1 for the row's past and its new tokens. */
    long[] mask() {
        int total = total();
        long[] mask = new long[rows() * total];
        for (int row = 0; row < rows(); row++) {
            int start = row * total;
            Arrays.fill(mask, start + bases[row] - past[row], start + bases[row], 1);
            Arrays.fill(mask, start + end(row) - length(row), start + end(row), 1);
        }
        return mask;
    }

    /** {@code [B,S]}; padding is 1, as Hugging Face has it: always inside a table of positions. */
    long[] positions() {
        long[] positions = new long[rows() * width];
        Arrays.fill(positions, 1);
        for (int row = 0; row < rows(); row++) {
            for (int i = 0; i < length(row); i++) {
                positions[row * width + index(row, i)] = position(row, i);
            }
        }
        return positions;
    }

    /** {@code [S]}: slots of the new tokens. */
    long[] slots() {
        long[] slots = new long[width];
        Arrays.setAll(slots, i -> past() + i);
        return slots;
    }
}
