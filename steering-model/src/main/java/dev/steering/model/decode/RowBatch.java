package dev.steering.model.decode;

import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.PassSteering;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Texts that are being written row by row. Not thread-safe. */
final class RowBatch extends TextBatch {
    RowBatch(LanguageModel model, KeyValueCache cache, Consumer<Row> done) {
        super(model, cache, 1, done);
    }

    /**
     * Adds the text of the cache's next row.
     *
     * @param tokens what is to be run of it first
     */
    void add(Row row, @Nullable PassSteering rowSteering, int[] tokens) {
        add(row);
        addContext(tokens, rowSteering);
    }

    @Override
    void accept(Row text, ForwardResult now, int row) {
        text.accept(now.logitsInPlace(row, 0), hasRoom(row));
    }
}
