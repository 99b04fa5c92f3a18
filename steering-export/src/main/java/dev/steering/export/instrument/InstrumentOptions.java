package dev.steering.export.instrument;

import dev.steering.core.ProgressListener;
import dev.steering.export.instrument.signature.Overrides;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How to instrument. Immutable.
 *
 * @param tokenizer directory with tokenizer.json, config.json and their like; null for the model's own directory
 * @param overrides what the user says about the graph
 * @param copyWeights copy external weights into the bundle, so that it can be moved to another machine; otherwise link them
 * @param progress told how far it has come
 */
public record InstrumentOptions(
        @Nullable Path tokenizer, Overrides overrides, boolean copyWeights, ProgressListener progress) {
    /** @return the model's own directory, nothing overridden, links */
    public static InstrumentOptions defaults() {
        return new InstrumentOptions(null, Overrides.none(), false, ProgressListener.NONE);
    }

    /**
     * @param directory with tokenizer.json, config.json and their like; null for the model's own directory
     * @return a copy with it
     */
    public InstrumentOptions withTokenizer(@Nullable Path directory) {
        return new InstrumentOptions(directory, overrides, copyWeights, progress);
    }

    /**
     * @param newOverrides what the user says about the graph
     * @return a copy with them
     */
    public InstrumentOptions withOverrides(Overrides newOverrides) {
        return new InstrumentOptions(tokenizer, newOverrides, copyWeights, progress);
    }

    /**
     * @param copy whether to copy external weights
     * @return a copy with that choice
     */
    public InstrumentOptions withCopyWeights(boolean copy) {
        return new InstrumentOptions(tokenizer, overrides, copy, progress);
    }

    /**
     * @param listener told how far it has come
     * @return a copy with it
     */
    public InstrumentOptions withProgress(ProgressListener listener) {
        return new InstrumentOptions(tokenizer, overrides, copyWeights, listener);
    }
}
