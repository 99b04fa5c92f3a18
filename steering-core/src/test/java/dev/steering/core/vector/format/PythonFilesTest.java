package dev.steering.core.vector.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.vector.SteeringVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of three layers and four columns that Python wrote (numpy 2.4.6, gguf 0.19.0, safetensors 0.8.0): every type, both byte orders,
 * both orders of the indices; values with a negative zero, subnormals and the largest float. {@code values.safetensors} has them as
 * 32-bit floats, as numpy converts them; a file's name begins with its values' name.
 */
class PythonFilesTest {
    private static final Path DIRECTORY = ReferenceVectorsTest.resource("python");

    static List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(DIRECTORY)) {
            List<Path> files = all.filter(file -> !file.endsWith("values.safetensors"))
                    .sorted()
                    .toList();
            assertEquals(30, files.size());
            return files;
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void valuesAreBitEqual(Path file) {
        String name = file.getFileName().toString();
        float[] expected =
                SafetensorsFile.open(DIRECTORY.resolve("values.safetensors")).floats(name.substring(0, 2), 3, 4);
        VectorFiles.Opened opened = VectorFiles.open(file, 3, ReadingOptions.NONE);
        SteeringVector vector = opened.vector();

        assertEquals(3, vector.layers());
        assertArrayEquals(bits(expected), bits(vector.directions().values()));
        boolean rounded = opened.remarks().stream().anyMatch(remark -> remark.startsWith("12 of its values"));
        assertEquals(name.startsWith("f8"), rounded, opened.remarks().toString());
        assertTrue(opened.format() != null, name);
    }

    /** Negative zero is another value than zero. */
    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }
}
