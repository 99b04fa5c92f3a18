package dev.steering.model.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.model.ort.internal.PassMemory;
import dev.steering.model.pass.ForwardRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What earlier forward passes computed of some rows, so that later ones need not do it again.
 *
 * <p>How it is held depends on the graph:
 *
 * <ul>
 *   <li>in place: memory for the whole capacity is allocated at once and updated; a step copies nothing and rewinding is free;
 *   <li>growing: every pass returns new tensors that the next one is given; rewinding cuts them, which copies what remains
 *       once. Rows that were rewound by different amounts are moved so that they end together again if the graph is given
 *       positions; if it is not, and when rows get different numbers of new tokens, they are run apart from then on. Either is
 *       exact;
 *   <li>none: only the tokens are held, and every pass runs whole rows. What is asked of old positions, such as a {@link
 *       dev.steering.model.pass.Schedule}, is then asked again, and the past is computed under the steering of the pass.
 * </ul>
 *
 * <p>Where a row's rotary frequencies depend on its length (LongRoPE), a pass that takes a row across that length runs all rows
 * again, as a graph without a cache does. So does a pass after a row was rewound, where layers keep states instead of keys and values (a
 * convolution, linear attention, a state space): a state cannot be cut. The past is then computed under the steering of that pass.
 *
 * <p>A row that is rewound keeps what it had before the new length. Except for graphs without a cache, what was written under
 * steering stays steered.
 *
 * <p>For one thread at a time: what another thread wants to change meanwhile is refused with an {@link IllegalStateException}. Closing may come
 * from any thread, and before or after the model is closed: it waits for what is being done with the cache and gives the memory
 * back to the model, which uses it for the next cache. What changes a cache whose model is closed is refused with
 * {@link dev.steering.core.ModelClosed}.
 */
public final class KeyValueCache implements AutoCloseable {
    private final int capacity;
    private final CacheRows rows;
    private final LanguageModel model;
    private final CacheContents contents;
    private final PassMemory memory;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    private KeyValueCache(
            int capacity, CacheRows rows, LanguageModel model, CacheContents contents, PassMemory memory) {
        this.capacity = capacity;
        this.rows = rows;
        this.model = model;
        this.contents = contents;
        this.memory = memory;
    }

    /**
     * @param model the model that it belongs to
     * @param movable whether the graph is given every row's positions, so that it does not matter in which slots they are
     * @param spare memory of earlier caches
     */
    static KeyValueCache allocate(
            OrtEnvironment environment,
            LanguageModel model,
            boolean movable,
            int rows,
            int capacity,
            SpareMemory spare) {
        GraphSignature signature = model.manifest().signature();
        Integer boundary = model.manifest().rotaryBoundary();
        CacheContents contents =
                switch (signature.cache().mode()) {
                    case IN_PLACE -> new InPlaceContents(environment, signature, rows, capacity, spare);
                    case GROWING -> new GrowingContents(environment, signature, movable, rows);
                    case NONE -> new TokenContents(signature, rows);
                };
        boolean states = signature.cache().hasStates();
        if (states || (boundary != null && signature.cache().mode() != CacheMode.NONE)) {
            contents = new RestartingContents(contents, boundary == null ? Integer.MAX_VALUE : boundary, states, rows);
        }
        return new KeyValueCache(capacity, new CacheRows(rows), model, contents, new PassMemory(environment));
    }

    /** @return number of rows */
    public int rows() {
        return rows.count();
    }

    /** @return positions that a row can hold */
    public int capacity() {
        return capacity;
    }

    /**
     * @param row a row
     * @return positions that it holds
     */
    public int length(int row) {
        return rows.length(row);
    }

    /**
     * Forgets everything from a position on.
     *
     * @param row a row that is not retired
     * @param length new length, 0 to the present one
     */
    public void rewind(int row, int length) {
        enter();
        try {
            if (length < 0 || length > length(row)) {
                throw new IllegalArgumentException(
                        "cannot rewind row " + row + " from " + length(row) + " to " + length);
            }
            if (!rows.isLive(row)) {
                throw new IllegalArgumentException("cannot rewind row " + row + ": it is retired");
            }
            contents.rewind(row, length(row), length);
            rows.setLength(row, length);
        } finally {
            leave();
        }
    }

    /**
     * Forgets everything. What memory there is, is used again.
     *
     * @param count number of rows from now on, all of them empty
     */
    public void reset(int count) {
        enter();
        try {
            contents.reset(count);
            rows.reset(count);
        } finally {
            leave();
        }
    }

    /**
     * Forgets a row. The last row takes its number, so that there is one row less; in place this copies what is held of that one
     * row.
     *
     * @param row a row
     */
    public void remove(int row) {
        enter();
        try {
            Objects.checkIndex(row, rows());
            contents.remove(row, rows);
            rows.remove(row);
        } finally {
            leave();
        }
    }

    /**
     * Adds copies of rows of another cache behind the rows that are here, exactly as they are there. So a prompt that is to be
     * gone on with in several ways is read once, and rows that were read apart go on together.
     *
     * @param other a cache that the same open model made, or this one
     * @param sources rows of the other, in the order in which they are added; one may be there more than once
     * @throws IllegalArgumentException if the other is of another model, or a row is retired or longer than this cache
     */
    public void append(KeyValueCache other, int... sources) {
        enter();
        try {
            if (isThis(other)) {
                copy(other, sources);
                return;
            }
            other.enter();
            try {
                copy(other, sources);
            } finally {
                other.leave();
            }
        } finally {
            leave();
        }
    }

    private void copy(KeyValueCache other, int... sources) {
        other.requireModel(model);
        for (int row : sources) {
            Objects.checkIndex(row, other.rows());
            if (!other.isLive(row) || other.length(row) > capacity) {
                throw new IllegalArgumentException("cannot add row " + row + " of " + other.length(row)
                        + (other.isLive(row) ? " positions to a cache of " + capacity : " positions: it is retired"));
            }
        }
        try {
            contents.append(other.contents, sources, other.rows, rows);
        } catch (OrtException e) {
            throw new SteeringException("Cannot copy rows of a cache: " + e.getMessage(), e);
        }
        for (int row : sources) {
            rows.add(other.length(row));
        }
    }

    @SuppressWarnings("ReferenceEquality") // a cache is its own identity
    private boolean isThis(KeyValueCache other) {
        return this == other;
    }

    @SuppressWarnings("ReferenceEquality") // an open model is its own identity
    void requireModel(LanguageModel wanted) {
        if (model != wanted) {
            throw new IllegalArgumentException("rows of another model's cache");
        }
    }

    /**
     * @return whether rows that are added are run in the same passes as those that are there. Where a cache grows they are not:
     *     then a new row costs passes of its own, and it is better to wait until all rows are done
     */
    public boolean joins() {
        return contents.joins();
    }

    /**
     * Says that nothing more is wanted of a row. It keeps its place in later requests, but its tokens there are not looked at,
     * it is no longer checked for room, and its results mean nothing.
     *
     * @param row a row
     */
    public void retire(int row) {
        rows.retire(row);
    }

    boolean isLive(int row) {
        return rows.isLive(row);
    }

    List<RowGroup> groups(ForwardRequest request) throws OrtException {
        return contents.groups(request.tokens(), rows);
    }

    /** Memory of the passes that use this cache. */
    PassMemory memory() {
        return memory;
    }

    /** Takes the cache, and keeps its model's memory from being freed, until {@link #leave}. */
    void enter() {
        model.begin();
        boolean free = !lock.isHeldByCurrentThread() && lock.tryLock();
        if (!free || closed) {
            if (free) {
                lock.unlock();
            }
            model.end();
            throw new IllegalStateException(
                    free ? "the cache is closed" : "the cache is in use: it is for one thread at a time");
        }
    }

    void leave() {
        lock.unlock();
        model.end();
    }

    /** Counts the new tokens of the group's rows in. */
    void advance(RowGroup group, ForwardRequest request) {
        for (int place = 0; place < group.size(); place++) {
            if (group.isIdle(place)) {
                continue;
            }
            int row = group.row(place);
            int[] tokens = request.tokens().get(row);
            contents.advance(row, length(row), tokens);
            rows.setLength(row, length(row) + tokens.length);
        }
    }

    @Override
    public void close() {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("the cache cannot be closed by a pass that is using it");
        }
        lock.lock();
        try {
            closed = true;
            contents.close();
            memory.close();
        } finally {
            lock.unlock();
        }
    }
}
