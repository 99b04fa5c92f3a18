package dev.steering.export.stored;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Writes widened values. */
final class Wide {
    private static final int UPPER_HALF = 16;

    private Wide() {}

    /** In single precision. */
    static void put(float[] values, FileChannel out) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        write(bytes, out);
    }

    /** As bfloat16, for values that it holds exactly. */
    static void putHalves(float[] values, FileChannel out) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putShort((short) (Float.floatToRawIntBits(value) >>> UPPER_HALF));
        }
        write(bytes.flip(), out);
    }

    private static void write(ByteBuffer bytes, FileChannel out) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }
}
