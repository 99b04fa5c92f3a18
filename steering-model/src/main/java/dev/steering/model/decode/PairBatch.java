package dev.steering.model.decode;

import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.KeyValueCache;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.PassSteering;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Texts that are being written by two contexts each. Not thread-safe. */
final class PairBatch extends TextBatch {
    private final LogitContrast contrast;
    private final float[] first;
    private final float[] second;

    PairBatch(LanguageModel model, KeyValueCache cache, LogitContrast contrast, Consumer<Row> done) {
        super(model, cache, 2, done);
        this.contrast = contrast;
        this.first = new float[model.manifest().vocabulary()];
        this.second = new float[first.length];
    }

    /** Adds the text of the cache's next two rows. */
    void add(
            Row pair,
            int[] firstContext,
            int[] secondContext,
            @Nullable PassSteering ofFirst,
            @Nullable PassSteering ofSecond) {
        add(pair);
        addContext(firstContext, ofFirst);
        addContext(secondContext, ofSecond);
    }

    @Override
    void accept(Row text, ForwardResult now, int row) {
        now.logits(row, 0, first);
        now.logits(row + 1, 0, second);
        contrast.combine(first, second, text.written());
        text.accept(first, hasRoom(row) && hasRoom(row + 1));
    }
}
