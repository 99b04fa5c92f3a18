package dev.steering.core.foreign;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignFileTest {
    @TempDir
    Path directory;

    /** The length of the header comes first, and its lowest bytes are then those that a pickle begins with. */
    @ParameterizedTest
    @ValueSource(ints = {0x0280, 0x0380, 0x0480, 0x0580})
    void aHeaderOfAnyLengthIsThatOfASafetensorsFile(int length) throws IOException {
        Path file = directory.resolve("v.safetensors");
        for (int padding = length - 8; ; padding--) {
            new SafetensorsWriter()
                    .metadata("a", "x".repeat(padding))
                    .floats("t", new float[] {1}, 1)
                    .write(file);
            int found = ByteBuffer.wrap(Files.readAllBytes(file))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getInt();
            if (found == length) {
                break;
            }
        }
        assertNull(ForeignFile.describe(file));
        assertEquals(1, SafetensorsFile.open(file).tensors().size());
    }

    @Test
    void aPickleIsTold() throws IOException {
        byte[] start = new byte[64];
        start[0] = (byte) 0x80;
        start[1] = 2;
        start[2] = '}';
        assertNotNull(ForeignFile.describe(Files.write(directory.resolve("pytorch_model.bin"), start)));
    }
}
