package dev.steering.model.ort;

import ai.onnxruntime.OrtException;
import dev.steering.model.ort.internal.PassPlan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What a cache holds, in the way that the graph wants it. Not thread-safe. */
interface CacheContents extends AutoCloseable {
    /**
     * Lays out the next pass.
     *
     * @param tokens new tokens of every row
     * @throws IllegalArgumentException if these rows cannot be run after what is held of them
     */
    List<RowGroup> groups(List<int[]> tokens, CacheRows rows) throws OrtException;

    /** Told before a row's length falls. */
    void rewind(int row, int from, int to);

    /** Told when a row's new tokens are in. */
    default void advance(int row, int length, int[] tokens) {}

    /** Forgets everything; so many empty rows. */
    void reset(int rows);

    /** Forgets a row; the last one takes its number. */
    void remove(int row, CacheRows rows);

    /**
     * Adds copies of rows of another cache of the same model behind those that are there.
     *
     * @param other contents of the same kind
     * @param sources rows of the other; one may be there more than once
     * @param otherRows the state of its rows
     * @param rows the state of the rows that are here
     */
    void append(CacheContents other, int[] sources, CacheRows otherRows, CacheRows rows) throws OrtException;

    /** Whether rows that are appended are run together with those that are there. */
    boolean joins();

    @Override
    void close();

    /**
     * The rows of one piece of memory; those that are retired run along as copies of the first that is not.
     *
     * @param members the rows, at least one of which is not retired
     */
    static RowGroup group(int[] members, List<int[]> tokens, CacheRows rows, Layout layout, Past past) {
        int model = rows.firstLive(members);
        BitSet idle = null;
        List<int[]> run = new ArrayList<>(members.length);
        int[] lengths = new int[members.length];
        for (int place = 0; place < members.length; place++) {
            int source = members[place];
            if (!rows.isLive(source)) {
                source = model;
                idle = idle == null ? new BitSet(members.length) : idle;
                idle.set(place);
            }
            run.add(tokens.get(source));
            lengths[place] = rows.length(source);
        }
        RowGroup group = RowGroup.of(members, layout.plan(run, lengths), past);
        return idle == null ? group : group.withIdle(idle);
    }

    /** Makes a plan of what is run of each row and what is held of it. */
    @FunctionalInterface
    interface Layout {
        PassPlan plan(List<int[]> tokens, int[] lengths);
    }
}
