package dev.steering.bench.shape;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.AtomicFiles;
import dev.steering.core.ProgressListener;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A Hugging Face checkpoint of a given shape whose weights are random: uniform, in single precision. The same shape and seed
 * give the same bytes. Memory does not depend on the size.
 */
final class RandomCheckpoint {
    private static final int CHUNK_VALUES = 1 << 18;
    private static final long INCREMENT = 0x9e3779b97f4a7c15L;

    private RandomCheckpoint() {}

    /**
     * @param shape sizes
     * @param seed of the random numbers
     * @param directory an existing directory that gets {@code config.json} and {@code model.safetensors}
     * @param progress told how many values are written
     */
    static void write(ModelShape shape, long seed, Path directory, ProgressListener progress) {
        AtomicFiles.write(
                directory.resolve("config.json"),
                out -> out.write(new ObjectMapper().writeValueAsBytes(shape.config())));
        List<CheckpointTensor> tensors = CheckpointTensor.all(shape.config());
        long total = tensors.stream().mapToLong(CheckpointTensor::elements).sum();
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        long[] done = {0};
        for (CheckpointTensor tensor : tensors) {
            writer.streamed(
                    tensor.name(),
                    DType.F32,
                    channel -> write(tensor, seed, channel, values -> {
                        done[0] += values;
                        progress.onProgress("writing random weights", done[0], total);
                    }),
                    tensor.shape().stream().mapToLong(Long::longValue).toArray());
        }
        writer.write(directory.resolve("model.safetensors"));
    }

    /** Told how many values were written. */
    private interface Counter {
        void wrote(int values);
    }

    private static void write(CheckpointTensor tensor, long seed, FileChannel channel, Counter counter)
            throws IOException {
        // Uniform on (-1, 1) has a standard deviation of 1 / sqrt(3).
        float scale = (float) (tensor.spread() * Math.sqrt(3) / 0x1p31);
        float centre = (float) tensor.centre();
        long state = mixed(seed ^ mixed(tensor.name().hashCode()));
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_VALUES * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long left = tensor.elements(); left > 0; ) {
            int count = (int) Math.min(left, CHUNK_VALUES);
            chunk.clear();
            for (int i = 0; i < count; i++) {
                state += INCREMENT;
                chunk.putFloat(i * Float.BYTES, centre + scale * (int) (mixed(state) >> 32));
            }
            chunk.limit(count * Float.BYTES);
            while (chunk.hasRemaining()) {
                channel.write(chunk);
            }
            left -= count;
            counter.wrote(count);
        }
    }

    /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195). */
    private static long mixed(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
