package dev.steering.core.vector.format;

import static dev.steering.core.vector.format.GgufBytes.ROW;
import static dev.steering.core.vector.format.GgufBytes.floats;
import static dev.steering.core.vector.format.GgufBytes.number;
import static dev.steering.core.vector.format.GgufBytes.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.steering.core.Remedy;
import dev.steering.core.SteeringException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that other readers take, crash on or believe: refused in words, with no more memory than a small multiple of the file. */
class HostileFilesTest {
    /** What a reader may allocate beside a multiple of the file: its window, the parser's buffers, classes. */
    private static final long BESIDE = 6_000_000;

    private static final byte[] ONE = npy("'<f4'", "False", "(4,)", floats(1, 2, 3, 4));
    private static final byte[] MATRIX = npy("'<f4'", "False", "(2, 4)", floats(1, 2, 3, 4, 5, 6, 7, 8));

    @TempDir
    private Path directory;

    /** What the parsers need once is not the files' affair. */
    @BeforeAll
    static void warmUp(@TempDir Path other) throws IOException {
        for (String text :
                List.of("{\"directions\":{\"0\":[NaN]}}", "{\"directions\":{\"0\":[1]},\"description\":{}}")) {
            Path file = Files.writeString(other.resolve("v.json"), text);
            assertThrows(SteeringException.class, () -> VectorFiles.read(file));
        }
        Path archive = Files.write(other.resolve("v.npz"), VectorBytes.storedZip("0.npy", ONE));
        assertEquals(4, VectorFiles.read(archive).hidden());
    }

    private static Arguments gguf(String name, GgufBytes bytes, String message) {
        return Arguments.of(name + ".gguf", bytes.bytes(), message);
    }

    private static GgufBytes good() {
        return new GgufBytes().row("direction.1").row("direction.2");
    }

    private static GgufBytes typed(int type, byte[] values, long... dimensions) {
        return new GgufBytes().row("direction.1", values, type, 0, dimensions);
    }

    static Stream<Arguments> gguf() {
        byte[] row = floats(ROW);
        byte[] lists = new byte[12 * 20];
        for (int i = 0; i < lists.length; i += 12) {
            System.arraycopy(number(9, 4), 0, lists, i, 4);
            System.arraycopy(number(1, 8), 0, lists, i + 4, 8);
        }
        return Stream.of(
                gguf("nan", typed(0, floats(1, Float.NaN), 2), "the value NaN at position 1, expected finite"),
                gguf("infinite", typed(0, floats(Float.NEGATIVE_INFINITY), 1), "the value -Infinity"),
                gguf("half-nan", typed(1, number(0x7e00, 2), 1), "the value NaN"),
                gguf(
                        "too-large",
                        typed(28, number(Double.doubleToLongBits(1e39), 8), 1),
                        "too large for a 32-bit float"),
                gguf("zero", typed(0, floats(0, -0f), 2), "all its values are zero"),
                gguf("twice", new GgufBytes().row("direction.1").row("direction.1"), "two rows for layer 1"),
                gguf("twice-otherwise", new GgufBytes().row("direction.1").row("direction.01"), "'direction.01'"),
                gguf("two-dimensions", typed(0, row, 8, 1), "2 dimensions, expected one"),
                gguf("no-dimensions", typed(0, row), "0 dimensions, expected one"),
                gguf("five-dimensions", typed(0, row, 8, 1, 1, 1, 1), "5 dimensions, expected one"),
                gguf("no-values", typed(0, row, 0), "has 0 values"),
                gguf("more-than-there-are", typed(0, row, 1L << 61), "has 2305843009213693952 values"),
                gguf("wrapped-size", typed(0, row, -1), "has 18446744073709551615 values"),
                gguf("quantised", typed(8, row, 8), "type number 8, expected F32"),
                gguf("unknown-type", typed(-1, row, 8), "type number -1, expected F32"),
                gguf(
                        "other-size",
                        good().row("direction.3", floats(1), 0, 64, 1),
                        "has 1 values, but 'direction.1' has 8"),
                gguf("unaligned", good().row("direction.3", row, 0, 65, 8).behind(32), "expected a multiple of 32"),
                gguf("same-place", good().row("direction.3", row, 0, 32, 8), "overlaps that of 'direction.2'"),
                gguf("wrapped-offset", good().row("direction.3", row, 0, -32, 8), "is not within the 96 bytes"),
                gguf("far-offset", good().row("direction.3", row, 0, 1L << 40, 8), "is not within the 96 bytes"),
                gguf("gap", typed(0, row, 8).row("direction.2", row, 0, 96, 8).behind(64), "belong to no tensor"),
                gguf("behind", good().behind(64), "64 bytes behind the data"),
                gguf("tensors", good().says(1L << 60, 0), "says 1152921504606846976 tensors"),
                gguf("negative-tensors", good().says(-1, 0), "says 18446744073709551615 tensors"),
                gguf("no-tensors", new GgufBytes(), "it has no tensors"),
                gguf("entries", good().says(2, 1L << 60), "says 1152921504606846976 metadata entries"),
                gguf("version-1", good().version(1), "of version 1 of GGUF"),
                gguf("version-4", good().version(4), "of version 4 of GGUF"),
                gguf(
                        "key-twice",
                        good().entry("a", 4, new byte[4]).entry("a", 4, new byte[4]),
                        "the metadata key 'a' twice"),
                gguf("value-type", good().entry("a", 13, new byte[8]), "of the type 13, which there is not"),
                gguf("list-type", good().entry("a", 9, number(77, 4)), "a list of the type 77"),
                gguf("nested", good().entry("a", 9, lists), "more than 8 deep"),
                gguf(
                        "long-list",
                        good().entry("a", 9, concat(number(8, 4), number(1L << 40, 8))),
                        "1099511627776 elements"),
                gguf(
                        "long-text",
                        good().entry("a", 8, number(Long.MIN_VALUE, 8)),
                        "9223372036854775808 bytes of metadata"),
                gguf(
                        "alignment-0",
                        good().entry("general.alignment", 4, new byte[4]),
                        "is not a UINT32 that is a power"),
                gguf("alignment-text", good().entry("general.alignment", 8, text("32")), "is not a UINT32"),
                gguf("model", good().entry("general.file_type", 4, new byte[4]), "a GGUF file with a model"),
                gguf("adapter", good().entry("general.type", 8, text("adapter")), "a GGUF file with an adapter"),
                gguf("not-utf8", new GgufBytes().row("direction.\u00ff"), "not valid UTF-8"));
    }

    @ParameterizedTest
    @MethodSource("gguf")
    void ggufFilesAreRefused(String name, byte[] bytes, String message) {
        assertRefused(name, bytes, message);
    }

    /** llama.cpp takes most of these for layer 1. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "direction.1x",
                "direction.+1",
                "direction. 1",
                "direction.1.5",
                "direction.-1",
                "direction.",
                "direction",
                "1",
                "Direction.1",
                "direction.1 ",
                "direction_1",
                "direction.4294967297",
                "direction.512",
                "blk.0.attn_q.weight",
                ""
            })
    void oddNamesAreRefused(String name) {
        assertRefused("name.gguf", new GgufBytes().row(name).bytes(), "cannot be used as a steering vector");
    }

    @Test
    void aGgufFileThatIsCutAnywhereIsRefused() {
        byte[] whole =
                good().entry("general.architecture", 8, text("controlvector")).bytes();
        for (int cut = 1; cut < whole.length; cut++) {
            assertRefused("cut.gguf", Arrays.copyOf(whole, cut), "");
        }
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] npy(String descr, String fortran, String shape, byte[] data) {
        return npy("{'descr': " + descr + ", 'fortran_order': " + fortran + ", 'shape': " + shape + ", }", data);
    }

    private static byte[] npy(String header, byte[] data) {
        byte[] text = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
        return concat("\u0093NUMPY\u0001\0".getBytes(StandardCharsets.ISO_8859_1), number(text.length, 2), text, data);
    }

    private static Arguments array(String name, byte[] bytes, String message) {
        return Arguments.of(name + ".npy", bytes, message);
    }

    static Stream<Arguments> arrays() {
        byte[] data = floats(1, 2, 3, 4, 5, 6, 7, 8);
        return Stream.of(
                array("objects", npy("'|O'", "False", "(2, 4)", data), "only running a pickle would read"),
                array("fields", npy("[('a', '<f4')]", "False", "(2, 4)", data), "a structured array"),
                array("integers", npy("'<i4'", "False", "(2, 4)", data), "of the type '<i4'"),
                array("complex", npy("'<c8'", "False", "(1, 4)", data), "of the type '<c8'"),
                array("long-double", npy("'<f16'", "False", "(2, 1)", data), "of the type '<f16'"),
                array("no-order", npy("'|f4'", "False", "(2, 4)", data), "of the type '|f4'"),
                array("three", npy("'<f4'", "False", "(2, 2, 2)", data), "the shape [2, 2, 2]"),
                array("none", npy("'<f4'", "False", "()", data), "the shape []"),
                array("empty-array", npy("'<f4'", "False", "(0, 4)", new byte[0]), "holds no direction"),
                array("huge", npy("'<f4'", "False", "(2, 461168601842738790)", data), "holds no direction"),
                array("rows", npy("'<f4'", "False", "(4294967297, 4)", data), "has 4294967297 rows"),
                array("negative", npy("'<f4'", "False", "(-2, 4)", data), "which NumPy does not write"),
                array("python-2", npy("'<f4'", "False", "(2L, 4L)", data), "which NumPy does not write"),
                array("evaluated", npy("__import__('os')", "False", "(2, 4)", data), "which NumPy does not write"),
                array(
                        "key-twice",
                        npy("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2, 4)}", data),
                        "does not write"),
                array("key-missing", npy("{'descr': '<f4', 'shape': (2, 4)}", data), "which NumPy does not write"),
                array(
                        "key-more",
                        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), 'a': 'b'}", data),
                        "does not write"),
                array("no-dictionary", npy("(2, 4)", data), "which NumPy does not write"),
                array("order-number", npy("'<f4'", "0", "(2, 4)", data), "which NumPy does not write"),
                array("cut", Arrays.copyOf(MATRIX, MATRIX.length - 1), "needs 32 bytes of values, but has 31"),
                array("more", Arrays.copyOf(MATRIX, MATRIX.length + 1), "needs 32 bytes of values, but has 33"),
                array(
                        "long-header",
                        concat("\u0093NUMPY\u0002\0".getBytes(StandardCharsets.ISO_8859_1), number(1L << 31, 4)),
                        "a header of 2147483648 bytes"),
                array(
                        "version",
                        concat("\u0093NUMPY\u0009\0".getBytes(StandardCharsets.ISO_8859_1), new byte[40]),
                        "of version 9.0"),
                array("nan", npy("'>f4'", "True", "(1, 2)", floats(1, Float.intBitsToFloat(0xc07f))), "the value NaN"),
                array("pickle", "\u0080\u0004\u0095abc".getBytes(StandardCharsets.ISO_8859_1), "a Python pickle"),
                array("one-layer", ONE, "holds the direction of one layer and does not say of which"),
                array("nothing", new byte[0], "is empty"));
    }

    @ParameterizedTest
    @MethodSource("arrays")
    void arraysAreRefused(String name, byte[] bytes, String message) {
        assertRefused(name, bytes, message);
    }

    private static byte[] zip(Object... namesAndBytes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndBytes.length; i += 2) {
                zip.putNextEntry(new ZipEntry((String) namesAndBytes[i]));
                zip.write((byte[]) namesAndBytes[i + 1]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** With every occurrence of a text replaced by another one as long: what no library would write. */
    private static byte[] replaced(byte[] bytes, String text, String by) {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        assertTrue(all.contains(text) && text.length() == by.length(), text);
        return all.replace(text, by).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Arguments archive(String name, byte[] bytes, String message) {
        return Arguments.of(name + ".npz", bytes, message);
    }

    static Stream<Arguments> archives() {
        byte[] bomb = npy("'<f4'", "False", "(5000000,)", new byte[20_000_000]);
        List<Object> many = new ArrayList<>();
        for (int layer = 0; layer < 513; layer++) {
            many.addAll(List.of("layer_" + layer + ".npy", ONE));
        }
        byte[] two = zip("1.npy", ONE, "2.npy", ONE);
        byte[] stored = VectorBytes.storedZip("layer_1.npy", ONE);
        return Stream.of(
                archive("twice", replaced(two, "2.npy", "1.npy"), "two members '1.npy'"),
                archive("twice-otherwise", zip("1.npy", ONE, "01.npy", ONE), "it has '01'"),
                archive("mixed", zip("layer_1.npy", ONE, "2.npy", ONE), "or not as 'layer_1' does"),
                archive("outside", zip("../layer_1.npy", ONE), "'../layer_1' does not say a layer"),
                archive("text", zip("a.txt", new byte[3]), "a zip archive with a member 'a.txt'"),
                archive("torch", zip("archive/data.pkl", new byte[3]), "a PyTorch file"),
                archive("nothing", zip(), "no arrays"),
                archive("two-arrays", zip("a.npy", MATRIX, "b.npy", MATRIX), "'a' does not say a layer"),
                archive("matrix-for-layer", zip("1.npy", MATRIX, "2.npy", ONE), "'1' has two dimensions"),
                archive("objects", zip("1.npy", npy("'|O'", "False", "(4,)", new byte[9])), "only running a pickle"),
                archive("bomb", zip("layer_1.npy", bomb), "packed into a much smaller file"),
                archive("many", zip(many.toArray()), "it has 513 members"),
                archive("trailing", zip("1.npy", concat(ONE, new byte[5])), "needs 16 bytes of values, but has 21"),
                archive(
                        "checksum",
                        replaced(stored, new String(floats(4), StandardCharsets.ISO_8859_1), "\0\0\u0001A"),
                        "checksum"),
                archive("cut", Arrays.copyOf(two, two.length - 10), "is not a valid NumPy archive"),
                archive(
                        "junk",
                        concat("PK\u0003\u0004".getBytes(StandardCharsets.ISO_8859_1), new byte[50]),
                        "is not a valid NumPy archive"));
    }

    @ParameterizedTest
    @MethodSource("archives")
    void archivesAreRefused(String name, byte[] bytes, String message) {
        assertRefused(name, bytes, message);
    }

    private static Arguments json(String rows, String message) {
        return Arguments.of(
                "v.svec", "{\"model_type\":\"m\",\"directions\":" + rows + ",\"explained_variances\":{}}", message);
    }

    static Stream<Arguments> documents() {
        return Stream.of(
                json("{\"0\":[1,NaN]}", "NaN"),
                json("{\"0\":[1,1e39]}", "too large for a 32-bit float"),
                json("{\"0\":[1,1e999]}", "the value Infinity"),
                json("{\"0\":[1" + "0".repeat(5000) + "]}", "Number value length"),
                json("{\"0\":[1e99999999999]}", "v.svec"),
                json("{\"1\":[1],\"1\":[2]}", "Duplicate field '1'"),
                json("{\"1\":[1],\"01\":[2]}", "'directions.01'"),
                json("{\"-1\":[1]}", "'directions.-1'"),
                json("{\"512\":[1]}", "beyond the 512 layers"),
                json("{\"1\":[1],\"2\":[2,3]}", "has 2 values, but 'directions.1' has 1"),
                json("{\"1\":[]}", "has no values"),
                json("{}", "it has no directions"),
                json("[[1,2]]", "must be an object with a list"),
                json("{\"1\":[\"1\"]}", "found '1' at position 0"),
                json("{\"1\":[[1]]}", "found '[' at position 0"),
                json("{\"1\":[null]}", "found 'null' at position 0"),
                json("{\"1\":[0,0]}", "all its values are zero"),
                json("{\"1\":[1]},\"directions\":{\"2\":[1]}", "Duplicate field 'directions'"),
                json("{\"1\":[1]},\"other\":" + "[".repeat(100_000), "nesting depth"),
                Arguments.of("v.json", "{\"directions\":{\"1\":[1]}} {", "behind its end"),
                Arguments.of(
                        "v.json",
                        "{\"directions\":{\"1\":[1]},\"layers\":1}",
                        "its 'layers' is 1, but its rows need 2"),
                Arguments.of("v.json", "{\"directions\":{\"1\":[1]},\"layers\":99999999}", "its 'layers' is 99999999"),
                Arguments.of("v.json", "{\"directions\":{\"1\":[1]},\"hidden\":2}", "its 'hidden' is 2"),
                Arguments.of("v.json", "{\"directions\":{\"1\":[1]},\"format\":\"x\"}", "its 'format' is 'x'"),
                Arguments.of("v.json", "{\"directions\":{\"1\":[1]},\"version\":2}", "it is of version 2"),
                Arguments.of("v.json", "{\"directions\":{\"1\":[1]},\"description\":{}}", "no 'format_version'"),
                Arguments.of("v.json", "{\"directions\":{\"1\":[1]},\"description\":[]}", "must be an object"),
                Arguments.of("v.json", "{\"a\":1}", "it has no directions"),
                Arguments.of("v.json", "[1]", "does not begin as one does"),
                Arguments.of("v.json", "{", "Unexpected end-of-input"));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void documentsAreRefused(String name, String text, String message) {
        assertRefused(name, text.getBytes(StandardCharsets.UTF_8), message);
    }

    private static Arguments tensors(String header, int bytes, String message) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] data = new byte[bytes];
        Arrays.fill(data, (byte) 1);
        return Arguments.of("v.safetensors", concat(number(json.length, 8), json, data), message);
    }

    private static String tensor(String name, String type, String shape, int begin, int end) {
        return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":[" + begin + ","
                + end + "]}";
    }

    static Stream<Arguments> tensors() {
        String one = tensor("1", "F32", "[2]", 0, 8);
        return Stream.of(
                tensors("{" + one + "," + one + "}", 8, "Duplicate field '1'"),
                tensors("{" + one + "," + tensor("01", "F32", "[2]", 8, 16) + "}", 16, "it has '01'"),
                tensors("{" + one + "," + tensor("2", "F32", "[2]", 4, 12) + "}", 12, "overlaps"),
                tensors("{" + one + "," + tensor("2", "F32", "[2]", 12, 20) + "}", 20, "a hole of 4 bytes"),
                tensors("{" + one + "}", 7, "within the 7 bytes"),
                tensors("{" + one + "," + tensor("layers.2", "F32", "[2]", 8, 16) + "}", 16, "or not as '1' does"),
                tensors("{" + one + "," + tensor("2", "F32", "[1]", 8, 12) + "}", 12, "has 1 values, but '1' has 2"),
                tensors("{" + tensor("1", "I32", "[2]", 0, 8) + "}", 8, "is I32, expected F32"),
                tensors("{" + tensor("1", "F32", "[]", 0, 4) + "}", 4, "the shape []"),
                tensors("{" + tensor("a", "F32", "[1,1,2]", 0, 8) + "}", 8, "'a' does not say a layer"),
                tensors("{" + tensor("vectors", "F32", "[513,1]", 0, 2052) + "}", 2052, "has 513 rows"),
                tensors(
                        "{" + tensor("lm_head.weight", "F32", "[2,1]", 0, 8) + "}",
                        8,
                        "its only tensor is 'lm_head.weight' of the shape [2, 1]"),
                tensors(
                        "{" + tensor("lm_head.weight", "F32", "[2]", 0, 8) + "}",
                        8,
                        "'lm_head.weight' does not say a layer"),
                tensors("{}", 0, "it has no tensors"));
    }

    @ParameterizedTest
    @MethodSource("tensors")
    void safetensorsFilesAreRefused(String name, byte[] bytes, String message) {
        assertRefused(name, bytes, message);
    }

    /** Alignments other than the usual, data in another order than the tensors, and a layer that is zero are nothing wrong. */
    /** What nobody would take for a weight, and what somebody says is a vector. */
    @Test
    void oneTensorIsAVectorIfItIsCalledSoOrSaidToBe() throws IOException {
        byte[] named = (byte[]) tensors("{" + tensor("directions", "F32", "[2,1]", 0, 8) + "}", 8, "")
                .get()[1];
        assertEquals(
                2,
                VectorFiles.read(Files.write(directory.resolve("a.safetensors"), named))
                        .layers());
        byte[] other = (byte[]) tensors("{" + tensor("model.x", "F32", "[2,1]", 0, 8) + "}", 8, "")
                .get()[1];
        Path file = Files.write(directory.resolve("b.safetensors"), other);
        SteeringException refused = assertThrows(SteeringException.class, () -> VectorFiles.read(file));
        assertEquals(Remedy.NAME_LAYER, refused.remedy());
        assertEquals(
                4,
                VectorFiles.open(file, 0, new ReadingOptions(null, null, 2))
                        .vector()
                        .layers());
    }

    @Test
    void whatIsUnusualButMeansOneThingIsRead() {
        byte[] row = floats(ROW);
        VectorFiles.Opened opened = open(
                "unusual.gguf",
                new GgufBytes()
                        .aligned(8)
                        .row("direction.7", row, 0, 32, 8)
                        .row("direction.0", floats(new float[8]), 0, 0, 8)
                        .bytes());
        assertEquals(
                List.of(0, 7), Objects.requireNonNull(opened.vector().origin()).layers());
        assertEquals(0, opened.vector().directions().norm(7));
        assertTrue(
                opened.remarks().toString().contains("layers [7] are zero"),
                opened.remarks().toString());
        assertEquals(-2, opened.vector().directions().row(0)[1]);
    }

    @Test
    void aWrongEndingOfTheNameIsSaidAndTheContentCounts() {
        VectorFiles.Opened opened = open("vector.npy", good().bytes());
        assertEquals(VectorFormats.GGUF, opened.format());
        assertTrue(
                opened.remarks().get(0).startsWith("its name ends in .npy, but it is a GGUF"),
                opened.remarks().get(0));
    }

    private VectorFiles.Opened open(String name, byte[] bytes) {
        return VectorFiles.open(write(name, bytes), 0, ReadingOptions.NONE);
    }

    private Path write(String name, byte[] bytes) {
        try {
            return Files.write(directory.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertRefused(String name, byte[] bytes, String message) {
        Path file = write(name, bytes);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        SteeringException refused = assertThrows(SteeringException.class, () -> VectorFiles.read(file));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        String said = String.valueOf(refused.getMessage());
        assertTrue(said.contains(message), said);
        assertTrue(said.contains(name), said);
        assertTrue(
                allocated < 16L * bytes.length + BESIDE, allocated + " bytes allocated for a file of " + bytes.length);
    }
}
