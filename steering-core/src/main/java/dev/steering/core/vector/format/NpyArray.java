package dev.steering.core.vector.format;

import dev.steering.core.safetensors.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A float array of one or two dimensions.
 *
 * @param dimensions 1 or 2
 * @param rows its rows, {@code [hidden]} each; one if it has one dimension
 */
record NpyArray(int dimensions, List<float[]> rows) {
    private static final int CHUNK = 1 << 14;

    /**
     * @param in where the array begins; must end with it
     * @param name what to call it in complaints
     * @param bytes how many there are from there to the end
     * @param most values that are read at most
     */
    static NpyArray read(InputStream in, String name, long bytes, long most, RowGatherer rows) throws IOException {
        NpyHeader header = NpyHeader.read(in, name, rows);
        int[] sizes = DenseRows.sizes(name, header.shape(), rows);
        long values = (long) sizes[0] * sizes[1];
        long needed = values * header.type().bytes();
        if (needed != bytes - header.bytes()) {
            throw rows.damaged("'" + name + "' has the shape " + header.shape() + " and needs " + needed
                    + " bytes of values, but has " + (bytes - header.bytes()));
        }
        if (values > most) {
            throw rows.unusable(
                    "'" + name + "' has " + values + " values, packed into a much smaller file",
                    "Save it without compression.");
        }
        float[][] read = new float[sizes[0]][sizes[1]];
        boolean turned = header.fortran() && header.shape().size() == 2;
        fill(in, name, header, turned ? sizes[0] : sizes[1], read, turned, rows);
        if (in.read() >= 0) {
            throw rows.damaged("'" + name + "' goes on behind its values");
        }
        return new NpyArray(header.shape().size(), List.of(read));
    }

    /** @param fast length of the dimension that runs fastest */
    private static void fill(
            InputStream in, String name, NpyHeader header, int fast, float[][] to, boolean turned, RowGatherer rows)
            throws IOException {
        DType type = header.type();
        long total = (long) to.length * to[0].length;
        for (long start = 0; start < total; ) {
            int n = (int) Math.min(CHUNK, total - start);
            byte[] bytes = in.readNBytes(n * type.bytes());
            if (bytes.length < n * type.bytes()) {
                throw rows.damaged("'" + name + "' ends in the middle of its values");
            }
            ByteBuffer chunk = ByteBuffer.wrap(bytes).order(header.order());
            for (long i = start; i < start + n; i++) {
                float value = rows.value(name, i, type.next(chunk));
                int slow = (int) (i / fast);
                int quick = (int) (i % fast);
                to[turned ? quick : slow][turned ? slow : quick] = value;
            }
            start += n;
        }
    }

    /** Values in the order of the file. */
    static void write(OutputStream out, List<float[]> rows, boolean single) throws IOException {
        out.write(NpyHeader.write(single ? null : rows.size(), rows.get(0).length));
        for (float[] row : rows) {
            out.write(GgufFormat.floats(row));
        }
    }
}
