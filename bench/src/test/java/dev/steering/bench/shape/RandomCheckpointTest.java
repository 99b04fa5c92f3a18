package dev.steering.bench.shape;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.steering.core.ProgressListener;
import dev.steering.core.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomCheckpointTest {
    @TempDir
    private Path directory;

    private byte[] weights(long seed, String name) throws IOException {
        Path place = Files.createDirectory(directory.resolve(name));
        RandomCheckpoint.write(TinyShapes.llama(false), seed, place, ProgressListener.NONE);
        return Files.readAllBytes(place.resolve("model.safetensors"));
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherOthers() throws IOException {
        byte[] first = weights(1, "a");
        assertArrayEquals(first, weights(1, "b"));
        assertFalse(Arrays.equals(first, weights(2, "c")));
    }

    @Test
    void valuesHaveTheSpreadThatKeepsActivationsOfOrderOne() throws IOException {
        weights(1, "a");
        SafetensorsFile file = SafetensorsFile.open(directory.resolve("a").resolve("model.safetensors"));
        // 64 x 32 uniform values of standard deviation 1 / sqrt(32), so none beyond sqrt(3 / 32).
        float[] matrix = file.floats("model.layers.1.mlp.gate_proj.weight");
        double mean = mean(matrix);
        double squares = 0;
        double largest = 0;
        for (float value : matrix) {
            squares += (value - mean) * (value - mean);
            largest = Math.max(largest, Math.abs(value));
        }
        assertEquals(0, mean, 0.02);
        assertEquals(Math.sqrt(1.0 / 32), Math.sqrt(squares / matrix.length), 0.01);
        assertEquals(Math.sqrt(3.0 / 32), largest, 0.01);
        assertEquals(1, mean(file.floats("model.norm.weight")), 0.1);
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    @Test
    void tensorsDifferFromEachOther() throws IOException {
        weights(1, "a");
        SafetensorsFile file = SafetensorsFile.open(directory.resolve("a").resolve("model.safetensors"));
        assertFalse(Arrays.equals(
                file.floats("model.layers.0.mlp.up_proj.weight"), file.floats("model.layers.1.mlp.up_proj.weight")));
    }
}
