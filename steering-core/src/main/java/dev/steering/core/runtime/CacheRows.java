package dev.steering.core.runtime;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/** How many positions a cache holds of each row, and which rows still matter. Not thread-safe. */
final class CacheRows {
    private final int[] lengths;
    private final BitSet retired = new BitSet();

    CacheRows(int rows) {
        lengths = new int[rows];
    }

    int count() {
        return lengths.length;
    }

    int length(int row) {
        return lengths[row];
    }

    boolean isLive(int row) {
        return !retired.get(row);
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

    int[] live(int[] of) {
        return Arrays.stream(of).filter(this::isLive).toArray();
    }

    int[] live() {
        return live(IntStream.range(0, count()).toArray());
    }
}
