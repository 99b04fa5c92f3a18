package dev.steering.core.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    @TempDir
    Path directory;

    /** Written by {@code safetensors.torch.save_file} of safetensors 0.8.0 with one tensor of each type. */
    private final SafetensorsFile python = SafetensorsFile.open(RawSafetensors.resource("python.safetensors"));

    @Test
    void listsTensorsInTheOrderOfTheirData() {
        assertEquals(
                List.of("i64", "f64", "empty", "f32", "scalar", "i32", "bf16", "f16", "i16", "i8", "u8", "bool"),
                List.copyOf(python.tensors().keySet()));
        assertEquals(Map.of("made by", "\u00e9 \"quoted\""), python.metadata());
        TensorInfo f32 = python.tensor("f32");
        assertEquals(DType.F32, f32.dtype());
        assertEquals(List.of(2L, 3L), f32.shape());
        assertEquals(24, f32.bytes());
        assertEquals(6, f32.elements());
        assertEquals(56, f32.offset() - python.tensor("i64").offset());
    }

    @Test
    void readsFloatsOfEveryType() {
        assertArrayEquals(
                new float[] {0.1f, -0.0f, INFINITY, Float.NaN, Float.MIN_VALUE, Float.MAX_VALUE}, python.floats("f32"));
        assertArrayEquals(
                new float[] {1, -2, 65504, 0x1p-24f, 0x3ffp-24f, -INFINITY, Float.NaN, -0.0f}, python.floats("f16"));
        assertArrayEquals(new float[] {1, -3.140625f, INFINITY, 0x1p-133f}, python.floats("bf16"));
        assertArrayEquals(new float[] {1, -2.5f, INFINITY}, python.floats("f64"));
        assertArrayEquals(new float[] {42}, python.floats("scalar"));
        assertArrayEquals(new float[0], python.floats("empty", 0, 4));
    }

    @Test
    void readsIntegersOfEveryType() {
        assertArrayEquals(new long[] {1, -2, Long.MAX_VALUE, 0}, python.longs("i64", 2, 2));
        assertArrayEquals(new long[] {Integer.MIN_VALUE, 7}, python.longs("i32"));
        assertArrayEquals(new long[] {Short.MIN_VALUE, 5}, python.longs("i16"));
        assertArrayEquals(new long[] {Byte.MIN_VALUE, 3}, python.longs("i8"));
        assertArrayEquals(new long[] {255, 3}, python.longs("u8"));
        assertArrayEquals(new long[] {1, 0}, python.longs("bool"));
    }

    @Test
    void readsUnsignedIntegers() {
        Path file = directory.resolve("unsigned.safetensors");
        byte[] ones = {-1, -1, -1, -1, -1, -1, -1, -1};
        new SafetensorsWriter()
                .bytes("u64", DType.U64, ones, 1)
                .bytes("small", DType.U64, new byte[] {5, 0, 0, 0, 0, 0, 0, 0}, 1)
                .bytes("u32", DType.U32, ones, 2)
                .bytes("u16", DType.U16, ones, 4)
                .write(file);
        SafetensorsFile opened = SafetensorsFile.open(file);
        assertArrayEquals(new long[] {5}, opened.longs("small"));
        assertArrayEquals(new long[] {4294967295L, 4294967295L}, opened.longs("u32"));
        assertArrayEquals(new long[] {65535, 65535, 65535, 65535}, opened.longs("u16"));
        assertEquals(
                "a U64 value is larger than 9223372036854775807, the largest that can be read: 18446744073709551615",
                message(() -> opened.longs("u64")));
    }

    @Test
    void readsRowsOnly() {
        assertArrayEquals(new float[] {INFINITY, 0x1p-133f}, python.readRows("bf16", 1, 1));
        assertArrayEquals(python.floats("bf16"), python.readRows("bf16", 0, 2));
        assertArrayEquals(new float[0], python.readRows("bf16", 2, 0));
        assertArrayEquals(new float[0], python.readRows("empty", 0, 0));
        IndexOutOfBoundsException e =
                assertThrows(IndexOutOfBoundsException.class, () -> python.readRows("bf16", 1, 2));
        assertEquals("rows 1 + 2 of tensor 'bf16', which has 2", e.getMessage());
        assertThrows(IndexOutOfBoundsException.class, () -> python.readRows("bf16", -1, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> python.readRows("bf16", Long.MAX_VALUE, 1));
        assertEquals(
                python.path() + ": tensor 'scalar' is a scalar and has no rows.",
                message(() -> python.readRows("scalar", 0, 1)));
    }

    @Test
    void opensAndReadsRowsOfAFileOfManyGigabytes() throws IOException {
        // 128256 x 16384 in bf16 is 4.2 GB, sparse on the disk; one row in the middle is written.
        long rows = 128_256;
        int columns = 16_384;
        long bytes = rows * columns * 2;
        byte[] header = ("{\"head\":{\"dtype\":\"BF16\",\"shape\":[" + rows + "," + columns + "],\"data_offsets\":[0,"
                        + bytes + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        Path file = directory.resolve("large.safetensors");
        sparse(file, header, bytes);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.seek(8 + header.length + 100_000L * columns * 2);
            raw.write(new byte[] {(byte) 0x80, 0x3f, 0x00, 0x40});
        }
        SafetensorsFile opened = SafetensorsFile.open(file);
        float[] two = opened.readRows("head", 99_999, 2);
        assertEquals(2 * columns, two.length);
        assertEquals(0, two[columns - 1]);
        assertEquals(1, two[columns]);
        assertEquals(2, two[columns + 1]);
    }

    @Test
    void refusesWhatDoesNotFitInAnArray() throws IOException {
        Path file = directory.resolve("huge.safetensors");
        long bytes = 1L << 31;
        byte[] header = ("{\"x\":{\"dtype\":\"U8\",\"shape\":[" + bytes + "],\"data_offsets\":[0," + bytes + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        sparse(file, header, bytes);
        assertEquals(
                file + ": 2147483648 elements of tensor 'x' do not fit in one array (at most 2147483639). "
                        + "Read fewer rows at a time.",
                message(() -> SafetensorsFile.open(file).longs("x")));
    }

    private static void sparse(Path file, byte[] header, long dataBytes) throws IOException {
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            raw.write(header);
            raw.setLength(8 + header.length + dataBytes);
        }
    }

    @Test
    void readsTensorsLargerThanOneChunk() {
        float[] values = new float[700_001];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        Path file = directory.resolve("chunks.safetensors");
        new SafetensorsWriter().floats("x", values, values.length).write(file);
        assertArrayEquals(values, SafetensorsFile.open(file).floats("x"));
    }

    @Test
    void readsFromManyThreadsAtOnce() {
        float[] expected = python.floats("f16");
        IntStream.range(0, 500).parallel().forEach(i -> assertArrayEquals(expected, python.floats("f16")));
    }

    @Test
    void missingTensorNamesTheNearest() {
        assertEquals(
                python.path() + " has no tensor 'f33'. Nearest of its 12: f32, f64, i32, f16.",
                message(() -> python.tensor("f33")));
    }

    @Test
    void missingTensorOfAnEmptyFile() throws IOException {
        SafetensorsFile empty = SafetensorsFile.open(RawSafetensors.write(directory, "{}", 0));
        assertEquals(empty.path() + " has no tensor 'a'. It has no tensors at all.", message(() -> empty.floats("a")));
    }

    @Test
    void wrongShape() {
        String expected = python.path() + ": tensor 'f32' has shape [2, 3], expected [3, 2]. "
                + "Is this file meant for another model?";
        assertEquals(expected, message(() -> python.floats("f32", 3, 2)));
        assertEquals(expected, message(() -> python.tensor("f32", 3, 2)));
    }

    @Test
    void wrongType() {
        assertEquals(
                python.path() + ": tensor 'i32' is I32, expected floats (F32, F16, BF16 or F64).",
                message(() -> python.floats("i32")));
        assertEquals(
                python.path() + ": tensor 'i32' is I32, expected floats (F32, F16, BF16 or F64).",
                message(() -> python.readRows("i32", 0, 1)));
        assertEquals(
                python.path()
                        + ": tensor 'f32' is F32, expected integers (BOOL, U8, I8, U16, I16, U32, I32, U64 or I64).",
                message(() -> python.longs("f32")));
    }

    @Test
    void missingFileAndDirectory() {
        Path missing = directory.resolve("missing.safetensors");
        assertEquals("cannot read " + missing + ": no such file.", message(() -> SafetensorsFile.open(missing)));
        assertEquals(
                directory + " is a directory, expected a safetensors file.",
                message(() -> SafetensorsFile.open(directory)));
    }

    @Test
    void fileThatBecameShorter() throws IOException {
        Path file = Files.copy(python.path(), directory.resolve("cut.safetensors"));
        SafetensorsFile opened = SafetensorsFile.open(file);
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(opened.tensor("u8").offset() + 1);
        }
        String message = message(() -> opened.longs("u8"));
        assertTrue(message.endsWith("it was changed while it was being read. Open it again."), message);
    }

    private static String message(Executable call) {
        return assertThrows(SteeringException.class, call).getMessage();
    }
}
