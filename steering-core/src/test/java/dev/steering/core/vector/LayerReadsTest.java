package dev.steering.core.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerReadsTest {
    private static final LayerMatrix DIRECTIONS = LayerMatrix.of(new float[][] {{1, 2, 3}, {4, 5, 6}});
    private static final LayerReads READS = new LayerReads(
            LayerMatrix.of(new float[][] {{0.5f, 0, -1}, {0, 0, 2}}), LayerMatrix.of(new float[][] {{3}, {-4}}));

    @TempDir
    private Path directory;

    private static SteeringVector vector() {
        return SteeringVector.of(DIRECTIONS, Provenance.elsewhere("toy", "test"));
    }

    @Test
    void whatIsReadIsTheProductAndTheOffset() {
        assertEquals(0.5 * 2 - 7 + 3, READS.read(0, new float[] {2, 9, 7}), 1e-12);
        assertEquals(-4, READS.offset(1));
        assertEquals(0, LayerReads.of(DIRECTIONS).offset(1));
    }

    /** By hand: between (1, 1) and (5, 4) at distance 5; nothing where the means are the same. */
    @Test
    void positionsAreNoughtAtTheFirstMeanAndAHundredAtTheSecond() {
        LayerReads positions = LayerReads.positions(new double[][] {{1, 1}, {2, 2}}, new double[][] {{5, 4}, {2, 2}});
        assertEquals(0, positions.read(0, new float[] {1, 1}), 1e-4);
        assertEquals(100, positions.read(0, new float[] {5, 4}), 1e-4);
        assertEquals(50, positions.read(0, new float[] {3, 2.5f}), 1e-4);
        assertEquals(-100, positions.read(0, new float[] {-3, -2}), 1e-4);
        assertEquals(0, positions.read(0, new float[] {4, -3}), 1e-4, "across, not along");
        assertEquals(0, positions.read(1, new float[] {7, 8}));
    }

    @Test
    void vectorsKeepReadsThroughFilesAndCopies() {
        Path file = directory.resolve("v.safetensors");
        SteeringVector vector = vector().withReads(READS);
        VectorFile.write(file, vector);
        assertEquals(vector, VectorFile.read(file));
        assertNotEquals(vector, vector.withReads(null));
        assertEquals(READS, vector.withScale(VectorScale.RAW).withPrompts(null).reads());
        assertTrue(vector.toString().contains("reads"), vector.toString());
        VectorFile.write(file, vector());
        assertNull(VectorFile.read(file).reads());
    }

    @Test
    void readsOfAnotherSizeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> vector().withReads(
                        LayerReads.of(LayerMatrix.of(new float[][] {{1, 2}, {3, 4}}))));
        assertThrows(IllegalArgumentException.class, () -> new LayerReads(DIRECTIONS, DIRECTIONS));
        String problem = damaged(new float[] {1, 2, 3, 4}, new float[] {0, 0}, 2, 2);
        assertTrue(
                problem.contains(
                        "tensors 'reads' and 'read_offsets' have shapes [2, 2] and [2, 1], expected [2, 3] and [2, 1]"),
                problem);
        String missing = damaged(new float[6], null, 2, 3);
        assertTrue(missing.contains("read_offsets"), missing);
    }

    private String damaged(float[] rows, float @Nullable [] offsets, long layers, long hidden) {
        Path good = directory.resolve("good.safetensors");
        VectorFile.write(good, vector());
        SafetensorsFile opened = SafetensorsFile.open(good);
        SafetensorsWriter writer = new SafetensorsWriter()
                .metadata(
                        "steering_vector",
                        Objects.requireNonNull(opened.metadata().get("steering_vector")))
                .floats("directions", DIRECTIONS.values(), 2, 3)
                .floats("reads", rows, layers, hidden);
        if (offsets != null) {
            writer.floats("read_offsets", offsets, layers, 1);
        }
        Path bad = directory.resolve("bad.safetensors");
        writer.write(bad);
        return String.valueOf(
                assertThrows(BadFile.class, () -> VectorFile.read(bad)).getMessage());
    }
}
