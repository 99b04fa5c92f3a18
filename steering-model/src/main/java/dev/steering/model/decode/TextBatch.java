package dev.steering.model.decode;

import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.PassSteering;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are being written by one cache, each by as many neighbouring rows as it has contexts. The rows leave as soon as
 * their text is done, so that no pass computes anything for it. Not thread-safe.
 */
abstract class TextBatch {
    private final LanguageModel model;
    private final KeyValueCache cache;
    private final int contexts;
    private final Consumer<Row> done;
    private final List<Row> texts = new ArrayList<>();
    private final List<@Nullable PassSteering> steerings = new ArrayList<>();
    private final List<int[]> next = new ArrayList<>();
    private @Nullable PassSteering steering;
    private boolean changed;
    private @Nullable ForwardResult result;

    TextBatch(LanguageModel model, KeyValueCache cache, int contexts, Consumer<Row> done) {
        this.model = model;
        this.cache = cache;
        this.contexts = contexts;
        this.done = done;
    }

    final int size() {
        return texts.size();
    }

    /** Adds a text; its contexts are to follow. */
    final void add(Row text) {
        texts.add(text);
    }

    /**
     * Adds the cache's next row as a context of the text that was added last.
     *
     * @param tokens what is to be run of it first
     */
    final void addContext(int[] tokens, @Nullable PassSteering ofRow) {
        next.add(tokens);
        steerings.add(ofRow);
        changed = true;
    }

    /** Has a text take the logits after its contexts' last tokens. */
    abstract void accept(Row text, ForwardResult now, int firstRow);

    /** Writes one token of every text. */
    final void step() {
        if (changed) {
            steering = PassSteering.together(steerings);
            changed = false;
        }
        ForwardRequest request = ForwardRequest.of(next).withSteering(steering).withLastLogits();
        ForwardResult now = model.forward(request, cache, result);
        result = now;
        for (int i = 0; i < texts.size(); i++) {
            Row text = texts.get(i);
            accept(text, now, i * contexts);
            for (int row = i * contexts; row < (i + 1) * contexts; row++) {
                next.set(row, text.nextInput());
            }
        }
        for (int i = texts.size() - 1; i >= 0; i--) {
            if (!texts.get(i).active()) {
                done.accept(texts.get(i));
                remove(i);
            }
        }
    }

    /** Whether the cache can hold another token of a row. */
    final boolean hasRoom(int row) {
        return cache.length(row) < cache.capacity();
    }

    /** The last text takes the text's place, as the cache does it with its rows: its last row first. */
    private void remove(int text) {
        for (int row = (text + 1) * contexts - 1; row >= text * contexts; row--) {
            cache.remove(row);
            move(steerings, row);
            move(next, row);
        }
        move(texts, text);
        changed = true;
    }

    /** Removes an element; the last one takes its place. */
    private static <T extends @Nullable Object> void move(List<T> list, int to) {
        T last = list.remove(list.size() - 1);
        if (to < list.size()) {
            list.set(to, last);
        }
    }
}
