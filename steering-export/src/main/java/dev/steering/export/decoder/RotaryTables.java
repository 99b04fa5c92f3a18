package dev.steering.export.decoder;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Cosine and sine of every position and pair, as GroupQueryAttention wants them: two {@code [context, headDim / 2]} tables
 * of little-endian floats, one after the other.
 */
public final class RotaryTables {
    private static final int ROWS_PER_WRITE = 256;

    private RotaryTables() {}

    /**
     * @param file path of the tables relative to the bundle
     */
    public record Location(String file) {}

    /**
     * @param rotary the embedding
     * @param context number of positions
     * @param out receives both tables; not closed
     * @throws IOException if writing fails
     */
    public static void write(RotaryEmbedding rotary, int context, OutputStream out) throws IOException {
        writeTable(rotary, context, out, true);
        writeTable(rotary, context, out, false);
    }

    private static void writeTable(RotaryEmbedding rotary, int context, OutputStream out, boolean cosine)
            throws IOException {
        int pairs = rotary.inverseFrequencies().length;
        ByteBuffer buffer =
                ByteBuffer.allocate(ROWS_PER_WRITE * pairs * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int position = 0; position < context; position++) {
            for (int i = 0; i < pairs; i++) {
                double angle = rotary.angle(position, i);
                buffer.putFloat((float) (cosine ? Math.cos(angle) : Math.sin(angle)));
            }
            if (!buffer.hasRemaining() || position + 1 == context) {
                out.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }
    }
}
