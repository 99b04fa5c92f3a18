package dev.steering.export;

import dev.steering.core.ProgressListener;

/**
 * How to export. Immutable.
 *
 * @param copyWeights copy the weight files into the bundle, so that it can be moved to another machine; otherwise they are
 *     linked
 * @param progress told how far the export has come
 */
public record ExportOptions(boolean copyWeights, ProgressListener progress) {
    /** @return links, no progress */
    public static ExportOptions defaults() {
        return new ExportOptions(false, ProgressListener.NONE);
    }

    /**
     * @param copy whether to copy the weights
     * @return a copy with that choice
     */
    public ExportOptions withCopyWeights(boolean copy) {
        return new ExportOptions(copy, progress);
    }

    /**
     * @param listener told how far the export has come
     * @return a copy with that listener
     */
    public ExportOptions withProgress(ProgressListener listener) {
        return new ExportOptions(copyWeights, listener);
    }
}
