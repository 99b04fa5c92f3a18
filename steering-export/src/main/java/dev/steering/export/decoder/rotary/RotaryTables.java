package dev.steering.export.decoder.rotary;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Cosine and sine of every position and pair, as ONNX Runtime wants them: for each table one {@code [rows, pairs]} of cosines
 * and one of sines, little-endian floats, one after the other.
 */
public final class RotaryTables {
    private static final int ROWS_PER_WRITE = 256;

    private RotaryTables() {}

    /**
     * @param tables the tables
     * @param context number of positions
     * @param out receives all of them; not closed
     * @throws IOException if writing fails
     */
    public static void write(List<RotaryTable> tables, int context, OutputStream out) throws IOException {
        for (RotaryTable table : tables) {
            for (boolean cosine : new boolean[] {true, false}) {
                if (table.beyond() == null) {
                    writeRows(table.first(), context, out, cosine);
                } else {
                    writeRows(table.first(), table.originalContext(), out, cosine);
                    writeRows(table.beyond(), context, out, cosine);
                }
            }
        }
    }

    /**
     * @param tables the tables
     * @param index one of them
     * @param context number of positions
     * @return where it begins
     */
    public static long offset(List<RotaryTable> tables, int index, int context) {
        long offset = 0;
        for (RotaryTable table : tables.subList(0, index)) {
            offset += 2 * bytes(table, context);
        }
        return offset;
    }

    /**
     * @param table a table
     * @param context number of positions
     * @return bytes of the cosines, and of the sines
     */
    public static long bytes(RotaryTable table, int context) {
        return table.rows(context) * table.pairs() * Float.BYTES;
    }

    private static void writeRows(RotaryEmbedding rotary, int rows, OutputStream out, boolean cosine)
            throws IOException {
        int pairs = rotary.pairs();
        ByteBuffer buffer =
                ByteBuffer.allocate(ROWS_PER_WRITE * pairs * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int position = 0; position < rows; position++) {
            for (int i = 0; i < pairs; i++) {
                double angle = rotary.angle(position, i);
                buffer.putFloat((float) (cosine ? Math.cos(angle) : Math.sin(angle)) * rotary.magnitude());
            }
            if (!buffer.hasRemaining() || position + 1 == rows) {
                out.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        }
    }
}
