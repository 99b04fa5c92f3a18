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
 * Texts that are being written by two contexts each, which are neighbouring rows of one cache. Both leave as soon as the text is done.
 * Not thread-safe.
 */
final class PairBatch {
    private final LanguageModel model;
    private final KeyValueCache cache;
    private final LogitContrast contrast;
    private final Consumer<Row> done;
    private final List<Row> pairs = new ArrayList<>();
    private final List<@Nullable Steering> steerings = new ArrayList<>();
    private final List<int[]> next = new ArrayList<>();
    private final float[] first;
    private final float[] second;
    private int written;
    private boolean changed;
    private @Nullable Steering steering;
    private @Nullable ForwardResult result;

    PairBatch(LanguageModel model, KeyValueCache cache, LogitContrast contrast, Consumer<Row> done) {
        this.model = model;
        this.cache = cache;
        this.contrast = contrast;
        this.done = done;
        this.first = new float[model.manifest().vocabulary()];
        this.second = new float[first.length];
    }

    int size() {
        return pairs.size();
    }

    /** Adds the text of the cache's next two rows; before the first step. */
    void add(
            Row pair,
            int[] firstContext,
            int[] secondContext,
            @Nullable Steering ofFirst,
            @Nullable Steering ofSecond) {
        pairs.add(pair);
        next.add(firstContext);
        next.add(secondContext);
        steerings.add(ofFirst);
        steerings.add(ofSecond);
        changed = true;
    }

    /** Writes one token of every text. */
    void step() {
        if (changed) {
            steering = Steering.together(steerings);
            changed = false;
        }
        ForwardRequest request = ForwardRequest.of(next).withSteering(steering).withLastLogits();
        ForwardResult now = model.forward(request, cache, result);
        result = now;
        for (int i = 0; i < pairs.size(); i++) {
            Row pair = pairs.get(i);
            now.logits(2 * i, 0, first);
            now.logits(2 * i + 1, 0, second);
            contrast.combine(first, second, written);
            pair.accept(first, hasRoom(2 * i) && hasRoom(2 * i + 1));
            next.set(2 * i, pair.nextInput());
            next.set(2 * i + 1, pair.nextInput());
        }
        written++;
        for (int i = pairs.size() - 1; i >= 0; i--) {
            if (!pairs.get(i).active()) {
                done.accept(pairs.get(i));
                remove(i);
            }
        }
    }

    /** The last pair takes the pair's place, as the cache does it with its rows: its second row first. */
    private void remove(int pair) {
        for (int row = 2 * pair + 1; row >= 2 * pair; row--) {
            cache.remove(row);
            RowBatch.move(steerings, row);
            RowBatch.move(next, row);
        }
        RowBatch.move(pairs, pair);
        changed = true;
    }

    private boolean hasRoom(int row) {
        return cache.length(row) < cache.capacity();
    }
}
