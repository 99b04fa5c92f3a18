package dev.steering.export.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.steering.core.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files beyond 64 MiB, which are read in samples. They are sparse: they take no room on the disk. */
class FingerprintTest {
    private static final String NAME = "model.safetensors";
    private static final long WHOLE = 64L << 20;
    private static final long SIZE = 3 * WHOLE + 12345;
    private static final long BLOCK = 32 << 10;

    @TempDir
    private Path directory;

    @Test
    void theSameBytesHaveTheSameFingerprint() throws IOException {
        String first = fingerprint(SIZE, 0, 0);
        assertEquals(first, fingerprint(SIZE, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, BLOCK - 1, SIZE - BLOCK, SIZE - 1, (SIZE - BLOCK) * 511 / 1023, (SIZE - BLOCK) * 1022 / 1023})
    void aChangeInASampledBlockIsSeen(long position) throws IOException {
        assertNotEquals(fingerprint(SIZE, 0, 0), fingerprint(SIZE, position, 1));
    }

    @Test
    void aChangeBetweenTheSamplesIsNot() throws IOException {
        assertEquals(fingerprint(SIZE, 0, 0), fingerprint(SIZE, BLOCK + 100, 1));
    }

    @Test
    void theSizeCounts() throws IOException {
        assertNotEquals(fingerprint(SIZE, 0, 0), fingerprint(SIZE + 1, 0, 0));
    }

    @Test
    void upToTheLimitEveryByteCounts() throws IOException {
        assertNotEquals(fingerprint(WHOLE, 0, 0), fingerprint(WHOLE, BLOCK + 100, 1));
        assertEquals(fingerprint(WHOLE + 1, 0, 0), fingerprint(WHOLE + 1, BLOCK + 100, 1));
    }

    private String fingerprint(long size, long position, int value) throws IOException {
        Path file = directory.resolve(NAME);
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.wrap(new byte[] {0}), size - 1);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) value}), position);
        }
        return Fingerprint.of(directory, List.of(NAME), ProgressListener.NONE).value();
    }
}
