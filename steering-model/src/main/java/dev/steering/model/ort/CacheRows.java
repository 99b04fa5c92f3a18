package dev.steering.model.ort;

import java.util.Arrays;
import java.util.BitSet;

/** How many positions a cache holds of each row, and which rows still matter. Not thread-safe. */
final class CacheRows {
    /** Stands in a block for a row that was removed from the cache. */
    static final int GONE = -1;

    private int[] lengths;
    private int count;
    private final BitSet retired = new BitSet();

    CacheRows(int rows) {
        lengths = new int[rows];
        count = rows;
    }

    int count() {
        return count;
    }

    int length(int row) {
        return lengths[row];
    }

    boolean isLive(int row) {
        return row != GONE && !retired.get(row);
    }

    void setLength(int row, int length) {
        lengths[row] = length;
    }

    void retire(int row) {
        retired.set(row);
    }

    int[] lengths(int[] of) {
        return Arrays.stream(of).map(this::length).toArray();
    }

    /** The same rows, of which nothing is held. */
    CacheRows emptied() {
        CacheRows empty = new CacheRows(count());
        empty.retired.or(retired);
        return empty;
    }

    /** Adds a row of that length behind the others. */
    void add(int length) {
        if (count == lengths.length) {
            lengths = Arrays.copyOf(lengths, Math.max(2 * count, 4));
        }
        retired.clear(count);
        lengths[count++] = length;
    }

    /** The last row takes the row's number. */
    void remove(int row) {
        count--;
        lengths[row] = lengths[count];
        retired.set(row, retired.get(count));
    }

    /** So many empty rows, and no others. */
    void reset(int rows) {
        lengths = lengths.length < rows ? new int[rows] : lengths;
        Arrays.fill(lengths, 0);
        retired.clear();
        count = rows;
    }

    int[] live(int[] of) {
        int[] live = new int[of.length];
        int found = 0;
        for (int row : of) {
            if (isLive(row)) {
                live[found++] = row;
            }
        }
        return found == of.length ? live : Arrays.copyOf(live, found);
    }

    /** The first that is live; one has to be. */
    int firstLive(int[] of) {
        for (int row : of) {
            if (isLive(row)) {
                return row;
            }
        }
        throw new IllegalArgumentException("no row is live");
    }

    int[] live() {
        int[] all = new int[count];
        Arrays.setAll(all, row -> row);
        return live(all);
    }
}
