package dev.steering.cli.terminal;

import dev.steering.core.ProgressListener;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Tells how much of a file was read. Not for use by several threads. */
public final class ReadProgress extends FilterInputStream {
    private static final long UNIT = 1024;

    private final String stage;
    private final long total;
    private final ProgressListener progress;
    private long read;

    /**
     * @param in the file
     * @param stage what is being done
     * @param size of the file, in bytes
     * @param progress told the kibibytes read
     */
    public ReadProgress(InputStream in, String stage, long size, ProgressListener progress) {
        super(in);
        this.stage = stage + " (KiB)";
        this.total = Math.max(1, size / UNIT);
        this.progress = progress;
    }

    @Override
    public int read() throws IOException {
        int value = super.read();
        advance(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        advance(count);
        return count;
    }

    private void advance(int count) {
        if (count > 0) {
            read += count;
            progress.onProgress(stage, Math.min(total, read / UNIT), total);
        }
    }
}
