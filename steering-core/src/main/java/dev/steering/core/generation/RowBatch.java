package dev.steering.core.generation;

import dev.steering.core.runtime.ForwardRequest;
import dev.steering.core.runtime.ForwardResult;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.LanguageModel;
import dev.steering.core.runtime.Steering;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are being written by one cache, row by row. A row leaves as soon as its text is done, so that no pass computes
 * anything for it. Not thread-safe.
 */
final class RowBatch {
    private final LanguageModel model;
    private final KeyValueCache cache;
    private final Consumer<Row> done;
    private final List<Row> rows = new ArrayList<>();
    private final List<@Nullable Steering> steerings = new ArrayList<>();
    private final List<int[]> next = new ArrayList<>();
    private @Nullable Steering steering;
    private boolean changed;
    private @Nullable ForwardResult result;

    RowBatch(LanguageModel model, KeyValueCache cache, Consumer<Row> done) {
        this.model = model;
        this.cache = cache;
        this.done = done;
    }

    int size() {
        return rows.size();
    }

    /**
     * Adds the text of the cache's next row.
     *
     * @param tokens what is to be run of it first
     */
    void add(Row row, @Nullable Steering rowSteering, int[] tokens) {
        rows.add(row);
        steerings.add(rowSteering);
        next.add(tokens);
        changed = true;
    }

    /** Writes one token of every row. */
    void step() {
        if (changed) {
            steering = Steering.together(steerings);
            changed = false;
        }
        ForwardRequest request = ForwardRequest.of(next).withSteering(steering).withLastLogits();
        ForwardResult now = model.forward(request, cache, result);
        result = now;
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            row.accept(now.logitsInPlace(i, 0), cache.length(i) < cache.capacity());
            next.set(i, row.nextInput());
        }
        for (int i = rows.size() - 1; i >= 0; i--) {
            if (!rows.get(i).active()) {
                done.accept(rows.get(i));
                remove(i);
            }
        }
    }

    /** As the cache does it: the last row takes the row's place. */
    private void remove(int row) {
        cache.remove(row);
        move(rows, row);
        move(steerings, row);
        move(next, row);
        changed = true;
    }

    /** Removes an element; the last one takes its place. */
    static <T extends @Nullable Object> void move(List<T> list, int to) {
        T last = list.remove(list.size() - 1);
        if (to < list.size()) {
            list.set(to, last);
        }
    }
}
