package dev.steering.core.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files that the writer would refuse to write. */
final class RawSafetensors {
    private RawSafetensors() {}

    static Path write(Path directory, String header, int dataBytes) throws IOException {
        byte[] json = header.getBytes(UTF_8);
        return write(directory, json.length, json, dataBytes);
    }

    static Path write(Path directory, long length, byte[] header, int dataBytes) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(length).put(header);
        return Files.write(directory.resolve("raw.safetensors"), file.array());
    }

    /** A file of the test resources. */
    static Path resource(String name) {
        try {
            return Path.of(RawSafetensors.class.getResource(name).toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
