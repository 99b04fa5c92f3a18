package dev.steering.export;

import dev.steering.core.BadFile;
import dev.steering.core.files.OutputRule;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.rotary.RotaryTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Whether there is room for what is going to be written, asked before anything is. */
final class DiskSpace {
    private static final double MEGABYTE = 1e6;

    private DiskSpace() {}

    /**
     * @param spec the model
     * @param weights bytes of weights that will be written, not linked
     * @param target where to
     */
    static void require(DecoderSpec spec, long weights, Path target) {
        require(tables(spec), spec.context(), weights, free(target), target);
    }

    /** Bytes of all of a checkpoint's tensors. */
    static long weights(Checkpoint checkpoint) {
        return checkpoint.tensorNames().stream()
                .mapToLong(name -> checkpoint.tensor(name).bytes())
                .sum();
    }

    /** Bytes of the tables of positions. */
    static long tables(DecoderSpec spec) {
        return RotaryTables.offset(spec.rotaries(), spec.rotaries().size(), spec.context());
    }

    static void require(long tables, int context, long weights, long free, Path target) {
        if (tables > free - weights) {
            throw new BadFile(String.format(
                    Locale.ROOT,
                    "Cannot write the bundle %s: it needs %.1f MB, of which %.1f MB are tables for max_position_embeddings %d"
                            + " of config.json, and its disk has %.1f MB free. Free some space, choose another disk, or lower"
                            + " max_position_embeddings. Nothing was written.",
                    target,
                    (tables + weights) / MEGABYTE,
                    tables / MEGABYTE,
                    context,
                    free / MEGABYTE));
        }
    }

    private static long free(Path target) {
        try {
            return Files.getFileStore(OutputRule.existing(target)).getUsableSpace();
        } catch (IOException e) {
            // Then the writing itself will tell.
            return Long.MAX_VALUE;
        }
    }
}
