package dev.steering.model.activation;

import dev.steering.core.BadRequest;
import dev.steering.core.NumericOverflow;
import dev.steering.core.ProgressListener;
import dev.steering.core.Require;
import dev.steering.core.SteeringException;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.Capture;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.LengthBatches;
import java.util.Arrays;
import java.util.List;

/**
 * Runs many sequences without steering and hands over what was captured of each, batch by batch.
 *
 * <p>Sequences of similar length share a batch; the vocabulary head is never run. Memory is that of one batch,
 * {@code 4 * batchSize * (layers + 1) * captures * hidden} bytes, whatever the number of sequences. The same sequences in the
 * same order give the same values; another order or batch size changes them by float32 rounding only.
 *
 * <p>Immutable and thread-safe.
 */
public final class ActivationReader {
    /** Rows of a batch unless told otherwise. */
    public static final int DEFAULT_BATCH_SIZE = 16;

    private final LanguageModel model;
    private final int batchSize;
    private final ProgressListener progress;

    private ActivationReader(LanguageModel model, int batchSize, ProgressListener progress) {
        this.model = model;
        this.batchSize = batchSize;
        this.progress = progress;
    }

    /**
     * @param model what runs the sequences
     * @return a reader with batches of {@value #DEFAULT_BATCH_SIZE} that reports to nobody
     */
    public static ActivationReader of(LanguageModel model) {
        return new ActivationReader(model, DEFAULT_BATCH_SIZE, ProgressListener.NONE);
    }

    /**
     * @param rows most sequences in one forward pass, at least 1
     * @return a copy with it
     * @throws BadRequest if it is less than 1
     */
    public ActivationReader withBatchSize(int rows) {
        return new ActivationReader(model, Require.atLeast("The batch size", rows, 1), progress);
    }

    /**
     * @param listener told after every batch how many sequences are done
     * @return a copy with it
     */
    public ActivationReader withProgress(ProgressListener listener) {
        return new ActivationReader(model, batchSize, listener);
    }

    /**
     * @param stage what is being done, for the progress listener
     * @param sequences token ids, at least one each
     * @param captures per sequence, equally many: the tokens wanted of it
     * @param consumer receives every sequence once, longest first
     * @throws SteeringException if a sequence is longer than the context or an activation is not finite
     */
    public void read(String stage, List<int[]> sequences, List<List<Capture>> captures, Consumer consumer) {
        if (sequences.size() != captures.size()) {
            throw new IllegalArgumentException(sequences.size() + " sequences, captures for " + captures.size());
        }
        int[] lengths = sequences.stream().mapToInt(tokens -> tokens.length).toArray();
        int done = 0;
        ForwardResult result = null;
        for (int[] batch : LengthBatches.of(lengths, batchSize)) {
            ForwardRequest request = ForwardRequest.of(pick(sequences, batch)).withCaptures(pick(captures, batch));
            result = model.forward(request, result);
            for (int row = 0; row < batch.length; row++) {
                int wanted = captures.get(batch[row]).size();
                consumer.accept(batch[row], rows(result, row, wanted));
            }
            done += batch.length;
            progress.onProgress(stage, done, sequences.size());
        }
    }

    private static <T> List<T> pick(List<T> all, int[] indices) {
        return Arrays.stream(indices).mapToObj(all::get).toList();
    }

    private float[][][] rows(ForwardResult result, int row, int captures) {
        int layers = model.manifest().layers();
        float[][][] rows = new float[captures][layers][];
        for (int c = 0; c < captures; c++) {
            for (int l = 0; l < layers; l++) {
                rows[c][l] = finite(result.captured(row, l + 1, c), l);
            }
        }
        return rows;
    }

    private float[] finite(float[] values, int layer) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new NumericOverflow(
                        "The activations of " + model.manifest().name() + " at layer " + layer + " are not finite ("
                                + value + "): its arithmetic overflowed. Export it in a wider precision.");
            }
        }
        return values;
    }

    /** Receives the activations of one sequence. */
    @FunctionalInterface
    public interface Consumer {
        /**
         * @param sequence index of the sequence
         * @param captured the captured activations, {@code [captures][layers][hidden]}; the receiver may keep them
         */
        void accept(int sequence, float[][][] captured);
    }
}
