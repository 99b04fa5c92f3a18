package dev.steering.core.runtime;

import java.util.BitSet;

/**
 * Rows of a request that one run of the graph takes together.
 *
 * @param rows which rows of the request they are
 * @param idle those, by place in the group, whose results nobody wants: they keep the batch in shape
 * @param plan where their tokens go
 * @param offsets per row, how many tokens are run before those of the request: what a graph without a cache computes again
 * @param past what the run is given of earlier ones
 */
record RowGroup(int[] rows, BitSet idle, PassPlan plan, int[] offsets, Past past) {
    /** Whether these are all rows of a request, in order. */
    boolean isWhole(int requestRows) {
        if (rows.length != requestRows) {
            return false;
        }
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] != i) {
                return false;
            }
        }
        return true;
    }

    /** Where a token of the request is among the S that are run. */
    int index(int place, int token) {
        return plan.index(place, offsets[place] + token);
    }
}
