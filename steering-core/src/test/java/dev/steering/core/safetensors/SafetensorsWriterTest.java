package dev.steering.core.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    Path directory;

    /** The expected file was written by {@code safetensors.torch.save_file} of safetensors 0.8.0. */
    @Test
    void writesTheSameBytesAsPython() throws IOException {
        Path file = directory.resolve("a.safetensors");
        new SafetensorsWriter()
                .metadata("key", "v\u00e4rde \"1\"\n")
                .floats("a", new float[] {1, 2, 3, 4}, 2, 2)
                .floats("b", new float[] {5}, 1)
                .write(file);
        assertArrayEquals(
                Files.readAllBytes(RawSafetensors.resource("python-two-floats.safetensors")), Files.readAllBytes(file));
    }

    @Test
    void streamedDataGivesTheSameBytesAndMustFillItsPlace() throws IOException {
        Path whole = directory.resolve("whole.safetensors");
        Path streamed = directory.resolve("streamed.safetensors");
        new SafetensorsWriter()
                .bytes("a", DType.U8, new byte[] {1, 2, 3, 4}, 2, 2)
                .floats("b", new float[] {5}, 1)
                .write(whole);
        new SafetensorsWriter()
                .streamed(
                        "a",
                        DType.U8,
                        channel -> {
                            channel.write(ByteBuffer.wrap(new byte[] {1, 2}));
                            channel.write(ByteBuffer.wrap(new byte[] {3, 4}));
                        },
                        2,
                        2)
                .floats("b", new float[] {5}, 1)
                .write(streamed);
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(streamed));
        SafetensorsWriter tooShort =
                new SafetensorsWriter().streamed("a", DType.U8, channel -> channel.write(ByteBuffer.allocate(3)), 4);
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> tooShort.write(streamed));
        assertTrue(e.getMessage().startsWith("tensor 'a' ended -1 bytes after its place"), e.getMessage());
        assertArrayEquals(Files.readAllBytes(whole), Files.readAllBytes(streamed));
    }

    @Test
    void sortsMetadataAndKeepsTheOrderOfTensors() throws IOException {
        Path one = directory.resolve("1.safetensors");
        Path two = directory.resolve("2.safetensors");
        new SafetensorsWriter()
                .metadata("b", "2")
                .metadata("a", "1")
                .longs("z", new long[] {-1, Long.MAX_VALUE}, 2)
                .floats("a", new float[] {1})
                .write(one);
        new SafetensorsWriter()
                .longs("z", new long[] {-1, Long.MAX_VALUE}, 2)
                .floats("a", new float[] {1})
                .metadata("a", "1")
                .metadata("b", "2")
                .write(two);
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(two));
        SafetensorsFile file = SafetensorsFile.open(one);
        assertEquals(List.of("z", "a"), List.copyOf(file.tensors().keySet()));
        assertEquals(List.of("a", "b"), List.copyOf(file.metadata().keySet()));
        assertEquals(0, file.tensor("z").offset() % 8);
        assertArrayEquals(new long[] {-1, Long.MAX_VALUE}, file.longs("z", 2));
        assertArrayEquals(new float[] {1}, file.floats("a", new long[0]));
    }

    @Test
    void writesAFileWithoutTensors() {
        Path file = directory.resolve("a.safetensors");
        new SafetensorsWriter().write(file);
        assertEquals(0, SafetensorsFile.open(file).tensors().size());
    }

    @Test
    void refusesAShapeThatDoesNotHoldTheValues() {
        IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> new SafetensorsWriter().floats("a", new float[5], 2, 3));
        assertEquals("tensor 'a' has 5 values, but shape [2, 3] holds 6", e.getMessage());
    }

    @Test
    void refusesATakenName() {
        SafetensorsWriter writer = new SafetensorsWriter().floats("a", new float[1]);
        assertEquals(
                "the tensor name 'a' is already taken",
                assertThrows(IllegalArgumentException.class, () -> writer.longs("a", new long[1]))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> writer.longs("__metadata__", new long[1]));
    }

    @Test
    void refusesAPartOfAnElement() {
        assertEquals(
                "3 bytes are not a whole number of F16",
                assertThrows(IllegalArgumentException.class, () -> new SafetensorsWriter()
                                .bytes("a", DType.F16, new byte[3], 1))
                        .getMessage());
    }

    @Test
    void refusesAnUnwritablePlace() {
        Path file = directory.resolve("missing").resolve("a.safetensors");
        assertEquals(
                "cannot write " + file + ": its directory " + file.getParent() + " does not exist. Create it first.",
                assertThrows(SteeringException.class, () -> new SafetensorsWriter().write(file))
                        .getMessage());
    }
}
