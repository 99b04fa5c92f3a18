package dev.steering.export.adapter;

import dev.steering.core.BadFile;
import dev.steering.core.ProgressListener;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.adapter.LoraAdapter.Update;
import dev.steering.export.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes the matrices that an adapter changes, in single precision and added up in double precision, into a file that comes before the
 * checkpoint's own: some rows at a time, whatever the matrix's size.
 */
public final class MergedCheckpoint {
    private static final int VALUES_AT_ONCE = 1 << 22;

    private MergedCheckpoint() {}

    /**
     * @param base a checkpoint, {@linkplain #requireUnmerged unmerged}
     * @param adapter an adapter of it
     * @param directory where to write the changed matrices
     * @param progress told how far it has come
     * @return the checkpoint with the changed matrices in the place of its own
     */
    public static Checkpoint write(Checkpoint base, LoraAdapter adapter, Path directory, ProgressListener progress) {
        SafetensorsWriter writer = new SafetensorsWriter();
        int total = adapter.updates().size();
        int[] done = {0};
        for (Map.Entry<String, Update> update : adapter.updates().entrySet()) {
            TensorInfo matrix = base.tensor(update.getKey());
            writer.streamed(
                    update.getKey(),
                    DType.F32,
                    out -> {
                        progress.onProgress("merging the adapter", done[0]++, total);
                        merge(base.open(update.getKey()), matrix, adapter.file(), update.getValue(), out);
                    },
                    matrix.size(0),
                    matrix.size(1));
        }
        for (Map.Entry<String, TensorInfo> other : adapter.replaced().entrySet()) {
            long[] shape =
                    other.getValue().shape().stream().mapToLong(Long::longValue).toArray();
            float[] values = adapter.file().floats(other.getValue().name());
            writer.streamed(other.getKey(), DType.F32, out -> put(values, values.length, out), shape);
        }
        Path file = directory.resolve(Checkpoint.MERGED);
        writer.write(file);
        progress.onProgress("merging the adapter", total, total);
        List<Path> files = new ArrayList<>(List.of(file));
        files.addAll(base.files());
        return Checkpoint.open(base.directory(), files);
    }

    /**
     * @param base a checkpoint
     * @throws BadFile if an adapter was merged into it already: a second one would have to be trained for the merged model
     */
    public static void requireUnmerged(Checkpoint base) {
        if (base.files().stream().anyMatch(file -> file.endsWith(Checkpoint.MERGED))) {
            throw new BadFile(
                    "An adapter was merged into " + base.directory() + " already (" + Checkpoint.MERGED
                            + "), and a second is not merged on top of it. Merge it into the checkpoint that the bundle was made of.");
        }
    }

    private static void merge(
            SafetensorsFile base, TensorInfo matrix, SafetensorsFile adapter, Update update, FileChannel out)
            throws IOException {
        int columns = Math.toIntExact(matrix.size(1));
        int rank = Math.toIntExact(update.down().size(0));
        float[] down = adapter.floats(update.down().name());
        int step = Math.max(1, VALUES_AT_ONCE / columns);
        double[] sum = new double[columns];
        for (long row = 0; row < matrix.size(0); row += step) {
            int rows = (int) Math.min(step, matrix.size(0) - row);
            float[] values = base.readRows(matrix.name(), row, rows);
            float[] up = adapter.readRows(update.up().name(), row, rows);
            for (int i = 0; i < rows; i++) {
                Arrays.fill(sum, 0);
                for (int k = 0; k < rank; k++) {
                    double factor = up[i * rank + k];
                    for (int j = 0; j < columns; j++) {
                        sum[j] += factor * down[k * columns + j];
                    }
                }
                for (int j = 0; j < columns; j++) {
                    values[i * columns + j] = (float) (values[i * columns + j] + update.factor() * sum[j]);
                }
            }
            put(values, rows * columns, out);
        }
    }

    private static void put(float[] values, int count, FileChannel out) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values, 0, count);
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
