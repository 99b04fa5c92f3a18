package dev.steering.export;

import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.export.quantization.Quantization;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How to export. Immutable.
 *
 * @param copyWeights copy the weight files into the bundle, so that it can be moved to another machine; otherwise they are
 *     linked. Quantised weights are always a file of the bundle's own
 * @param precision what the bundle computes in
 * @param quantization how matrices become integers; null if the precision does not quantise
 * @param storedIntegers what becomes of matrices that the checkpoint stores as integers; nothing to a checkpoint without
 * @param adapter directory of a LoRA adapter that is merged into the matrices; null for none
 * @param progress told how far the export has come
 */
public record ExportOptions(
        boolean copyWeights,
        Precision precision,
        @Nullable Quantization quantization,
        StoredIntegers storedIntegers,
        @Nullable Path adapter,
        ProgressListener progress) {
    /** @throws BadRequest if the precision's bits are not those of the quantisation */
    public ExportOptions {
        if (precision.bits() != (quantization == null ? 0 : quantization.bits())) {
            throw new BadRequest("Cannot export in " + precision + " with " + quantization
                    + ": choose a quantisation of " + precision.bits() + " bits, or none for 0.");
        }
    }

    /** @return single precision, or the checkpoint's integers if it has some; links, no progress */
    public static ExportOptions defaults() {
        return new ExportOptions(false, Precision.FP32, null, StoredIntegers.KEPT, null, ProgressListener.NONE);
    }

    /**
     * @param copy whether to copy the weights
     * @return a copy with that choice
     */
    public ExportOptions withCopyWeights(boolean copy) {
        return new ExportOptions(copy, precision, quantization, storedIntegers, adapter, progress);
    }

    /**
     * @param choice what to compute in
     * @return a copy with that precision and, if it quantises, the default quantisation of its bits; integers of the checkpoint
     *     are widened for it, unless {@link #withStoredIntegers} chooses otherwise afterwards
     */
    public ExportOptions withPrecision(Precision choice) {
        Quantization usual = choice.bits() == 0 ? null : Quantization.ofBits(choice.bits());
        return new ExportOptions(copyWeights, choice, usual, StoredIntegers.WIDENED, adapter, progress);
    }

    /**
     * @param choice how matrices become integers
     * @return a copy with that quantisation and the precision of its bits
     */
    public ExportOptions withQuantization(Quantization choice) {
        return new ExportOptions(
                copyWeights,
                choice.bits() == 4 ? Precision.INT4 : Precision.INT8,
                choice,
                StoredIntegers.WIDENED,
                adapter,
                progress);
    }

    /**
     * @param choice what becomes of matrices that the checkpoint stores as integers
     * @return a copy with that choice
     */
    public ExportOptions withStoredIntegers(StoredIntegers choice) {
        return new ExportOptions(copyWeights, precision, quantization, choice, adapter, progress);
    }

    /**
     * @param directory a LoRA adapter as PEFT writes it
     * @return a copy that merges it
     */
    public ExportOptions withAdapter(Path directory) {
        return new ExportOptions(copyWeights, precision, quantization, storedIntegers, directory, progress);
    }

    /**
     * @param listener told how far the export has come
     * @return a copy with that listener
     */
    public ExportOptions withProgress(ProgressListener listener) {
        return new ExportOptions(copyWeights, precision, quantization, storedIntegers, adapter, listener);
    }
}
