package dev.steering.core.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which a header can lie about its file. */
class SafetensorsHeaderTest {
    private static final String ADVICE =
            ". It may be damaged, incomplete or of another format: fetch or write it again.";

    @TempDir
    Path directory;

    private void assertDamaged(String problem, Path file) {
        SteeringException e = assertThrows(SteeringException.class, () -> SafetensorsFile.open(file));
        assertEquals(file + " is not a valid safetensors file: " + problem + ADVICE, e.getMessage());
    }

    private void assertDamaged(String problem, String header, int dataBytes) throws IOException {
        assertDamaged(problem, RawSafetensors.write(directory, header, dataBytes));
    }

    private static String tensor(String name, String dtype, String shape, String offsets) {
        return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets
                + "}";
    }

    @Test
    void shorterThanItsLength() throws IOException {
        assertDamaged("expected at least 8 bytes, found 3", Files.write(directory.resolve("x"), new byte[3]));
        assertDamaged("expected at least 8 bytes, found 0", Files.write(directory.resolve("x"), new byte[0]));
    }

    @Test
    void headerBeyondTheFile() throws IOException {
        assertDamaged(
                "the header should have 500 bytes, but the file has only 12 after the length",
                RawSafetensors.write(directory, 500, "{}".getBytes(UTF_8), 10));
    }

    @Test
    void headerLongerThanReadersAccept() throws IOException {
        assertDamaged(
                "expected a header of at most 100000000 bytes, found a length of 100000001",
                RawSafetensors.write(directory, 100_000_001, new byte[2], 0));
        assertDamaged(
                "expected a header of at most 100000000 bytes, found a length of 18446744073709551615",
                RawSafetensors.write(directory, -1, new byte[2], 0));
    }

    @Test
    void headerThatIsNotAnObject() throws IOException {
        assertDamaged("expected the header to begin with '{'", "[1]", 0);
        assertDamaged("expected the header to begin with '{'", "", 0);
        byte[] utf16 = "\ufeff{}".getBytes(UTF_16LE);
        assertDamaged("expected the header to begin with '{'", RawSafetensors.write(directory, utf16.length, utf16, 0));
    }

    @Test
    void headerThatIsNotJson() throws IOException {
        Path file = RawSafetensors.write(directory, "{\"a\":", 0);
        String message = assertThrows(SteeringException.class, () -> SafetensorsFile.open(file))
                .getMessage();
        assertTrue(
                message.startsWith(file + " is not a valid safetensors file: the header is not valid JSON: "), message);
        assertTrue(message.endsWith(ADVICE), message);
    }

    @Test
    void headerThatIsNotUtf8() throws IOException {
        byte[] latin = "{\"__metadata__\":{\"a\":\"\u00e9\"}}".getBytes(ISO_8859_1);
        Path file = RawSafetensors.write(directory, latin.length, latin, 0);
        String message = assertThrows(SteeringException.class, () -> SafetensorsFile.open(file))
                .getMessage();
        assertTrue(message.contains("Invalid UTF-8"), message);
    }

    @Test
    void somethingAfterTheHeadersObject() throws IOException {
        Path file = RawSafetensors.write(directory, "{} {}", 0);
        String message = assertThrows(SteeringException.class, () -> SafetensorsFile.open(file))
                .getMessage();
        assertTrue(message.contains("the header is not valid JSON: Trailing token"), message);
    }

    @Test
    void duplicateKeys() throws IOException {
        String entry = tensor("a", "U8", "[1]", "[0,1]");
        assertDamaged(
                "the header is not valid JSON: Duplicate field 'a' (line: 1, column: 57)",
                "{" + entry + "," + entry + "}",
                1);
    }

    @Test
    void metadataOfTheWrongKind() throws IOException {
        assertDamaged("__metadata__ must be an object, found ARRAY", "{\"__metadata__\":[]}", 0);
        assertDamaged("metadata 'a' must be a string, found NUMBER", "{\"__metadata__\":{\"a\":1}}", 0);
    }

    @Test
    void entryOfTheWrongKind() throws IOException {
        assertDamaged("the entry of tensor 'a' must be an object, found NUMBER", "{\"a\":1}", 0);
        assertDamaged("tensor 'a' has no dtype", "{\"a\":{\"shape\":[]}}", 0);
        assertDamaged("tensor 'a' has no array shape", "{\"a\":{\"dtype\":\"U8\"}}", 0);
        assertDamaged("tensor 'a' has no array data_offsets", "{\"a\":{\"dtype\":\"U8\",\"shape\":[]}}", 0);
    }

    @Test
    void unknownDType() throws IOException {
        Path file = RawSafetensors.write(directory, "{" + tensor("a", "F4", "[1]", "[0,1]") + "}", 1);
        assertEquals(
                file + ": tensor 'a' has dtype F4, which is not supported. Supported: [BOOL, U8, I8, F8_E4M3, F8_E5M2, "
                        + "I16, U16, F16, BF16, I32, U32, F32, I64, U64, F64]. Convert the file to one of them.",
                assertThrows(SteeringException.class, () -> SafetensorsFile.open(file))
                        .getMessage());
    }

    @Test
    void numbersOutOfRange() throws IOException {
        String range = ", expected integers from 0 to 9223372036854775807";
        assertDamaged("tensor 'a' has shape [-1]" + range, "{" + tensor("a", "U8", "[-1]", "[0,1]") + "}", 1);
        assertDamaged("tensor 'a' has shape [1.5]" + range, "{" + tensor("a", "U8", "[1.5]", "[0,1]") + "}", 1);
        assertDamaged("tensor 'a' has data_offsets [-1,0]" + range, "{" + tensor("a", "U8", "[1]", "[-1,0]") + "}", 1);
        assertDamaged(
                "tensor 'a' has shape [9223372036854775808]" + range,
                "{" + tensor("a", "U8", "[9223372036854775808]", "[0,1]") + "}",
                1);
    }

    @Test
    void offsetsOutsideTheFile() throws IOException {
        String expected = ", expected [begin, end] within the 4 bytes of data in the file";
        assertDamaged(
                "tensor 'a' has data_offsets [0, 8]" + expected, "{" + tensor("a", "F32", "[2]", "[0,8]") + "}", 4);
        assertDamaged(
                "tensor 'a' has data_offsets [4, 0]" + expected, "{" + tensor("a", "F32", "[1]", "[4,0]") + "}", 4);
        assertDamaged("tensor 'a' has data_offsets [0]" + expected, "{" + tensor("a", "F32", "[1]", "[0]") + "}", 4);
    }

    @Test
    void sizeThatDoesNotMatchTheShape() throws IOException {
        assertDamaged(
                "tensor 'a' occupies 4 bytes, but F32 [2, 3] needs 24",
                "{" + tensor("a", "F32", "[2,3]", "[0,4]") + "}",
                4);
    }

    @Test
    void shapeWhoseSizeOverflows() throws IOException {
        // Without an overflow check 2^33 * 2^31 elements are 0 bytes.
        assertDamaged(
                "tensor 'a' has shape [8589934592, 2147483648], whose size in bytes does not fit in 63 bits",
                "{" + tensor("a", "U8", "[8589934592,2147483648]", "[0,0]") + "}",
                0);
    }

    @Test
    void overlappingTensors() throws IOException {
        assertDamaged(
                "tensor 'b' overlaps tensor 'a' by 2 bytes",
                "{" + tensor("b", "U8", "[4]", "[2,6]") + "," + tensor("a", "U8", "[4]", "[0,4]") + "}",
                6);
    }

    @Test
    void holesInTheData() throws IOException {
        assertDamaged(
                "there is a hole of 2 bytes between tensor 'a' and tensor 'b'",
                "{" + tensor("a", "U8", "[4]", "[0,4]") + "," + tensor("b", "U8", "[2]", "[6,8]") + "}",
                8);
        assertDamaged(
                "there is a hole of 1 bytes between the header and tensor 'a'",
                "{" + tensor("a", "U8", "[1]", "[1,2]") + "}",
                2);
        assertDamaged("3 bytes after tensor 'a' belong to no tensor", "{" + tensor("a", "U8", "[1]", "[0,1]") + "}", 4);
        assertDamaged("3 bytes after the header belong to no tensor", "{}", 3);
    }

    @Test
    void acceptsWhatTheFormatAllows() throws IOException {
        String header = "{" + tensor("b", "U8", "[4]", "[0,4]") + "," + tensor("none", "F32", "[0,7]", "[0,0]") + ","
                + "\"later\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[4,5],\"extra\":1}}   ";
        SafetensorsFile file = SafetensorsFile.open(RawSafetensors.write(directory, header, 5));
        assertEquals(List.of("none", "b", "later"), List.copyOf(file.tensors().keySet()));
        assertEquals(1, file.tensor("later").elements());
        assertEquals(0, file.tensor("none").elements());
    }
}
