package dev.steering.model.ort;

import dev.steering.model.ort.internal.PassPlan;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Rows of a request that one run of the graph takes together. */
final class RowGroup {
    private final int[] rows;
    private final @Nullable BitSet idle;
    private final PassPlan plan;
    private final int @Nullable [] offsets;
    private final Past past;

    private RowGroup(int[] rows, @Nullable BitSet idle, PassPlan plan, int @Nullable [] offsets, Past past) {
        this.rows = rows;
        this.idle = idle;
        this.plan = plan;
        this.offsets = offsets;
        this.past = past;
    }

    /**
     * @param rows which rows of the request they are
     * @param plan where their tokens go
     * @param past what the run is given of earlier ones
     */
    static RowGroup of(int[] rows, PassPlan plan, Past past) {
        return new RowGroup(rows, null, plan, null, past);
    }

    /** @param newOffsets per row, how many tokens are run before those of the request: what has to be computed again */
    RowGroup withOffsets(int[] newOffsets) {
        return new RowGroup(rows, idle, plan, newOffsets, past);
    }

    /** @param newIdle places of rows whose results are not wanted; they are run so that the batch keeps its shape */
    RowGroup withIdle(BitSet newIdle) {
        return new RowGroup(rows, newIdle, plan, offsets, past);
    }

    /** Number of rows. */
    int size() {
        return rows.length;
    }

    /** Which rows of the request they are. */
    int[] rows() {
        return rows.clone();
    }

    /** Which row of the request is at a place; negative if that row is gone, and the place idle. */
    int row(int place) {
        return rows[place];
    }

    boolean isIdle(int place) {
        return idle != null && idle.get(place);
    }

    PassPlan plan() {
        return plan;
    }

    Past past() {
        return past;
    }

    /** Whether these are all rows of a request, in order. */
    boolean isWhole(int requestRows) {
        for (int place = 0; place < rows.length; place++) {
            if (rows[place] != place) {
                return false;
            }
        }
        return rows.length == requestRows;
    }

    /** Where a token of the request is among the S that are run. */
    int index(int place, int token) {
        return plan.index(place, offsets == null ? token : offsets[place] + token);
    }
}
