package dev.steering.export.stored;

import dev.steering.core.BadFile;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A matrix of small integers inside a tensor: several in each 32-bit number, along a dimension, or one in each byte.
 *
 * @param file where the tensor is
 * @param tensor {@code I32 [rows / n, columns]}, {@code I32 [rows, columns / n]} with n = 32 / bits, or {@code I8 [rows, columns]}
 * @param bits per integer: 4 or 8
 * @param packing what lies together
 * @param rows of integers
 * @param columns of integers
 * @param added to each, modulo 2^bits
 */
record PackedIntegers(Path file, TensorInfo tensor, int bits, Packing packing, long rows, long columns, int added) {
    /** Which integers share a 32-bit number, from its lowest bits on. */
    enum Packing {
        /** Those of neighbouring rows. */
        ROWS,
        /** Those of neighbouring columns. */
        COLUMNS,
        /** Those of eight neighbouring columns, even ones first: AutoAWQ's order. */
        EVEN_COLUMNS_FIRST,
        /** None: one byte each, signed. */
        BYTES
    }

    /** Where AutoAWQ has the column of this number among eight: it stores 0, 2, 4, 6, 1, 3, 5, 7. */
    private static final int[] EVEN_FIRST = {0, 4, 1, 5, 2, 6, 3, 7};

    PackedIntegers {
        int each = Integer.SIZE / bits;
        long[] expected =
                switch (packing) {
                    case ROWS -> new long[] {(rows + each - 1) / each, columns};
                    case COLUMNS, EVEN_COLUMNS_FIRST -> new long[] {rows, (columns + each - 1) / each};
                    case BYTES -> new long[] {rows, columns};
                };
        DType type = packing == Packing.BYTES ? DType.I8 : DType.I32;
        if (tensor.dtype() != type
                || tensor.rank() != 2
                || tensor.size(0) != expected[0]
                || tensor.size(1) != expected[1]) {
            throw new BadFile(file + ": tensor '" + tensor.name() + "' is " + tensor.dtype() + " " + tensor.shape()
                    + ", expected " + type + " [" + expected[0] + ", " + expected[1] + "] for " + bits
                    + " bits per weight.");
        }
    }

    /** A part of the matrix, row-major, each unsigned in a byte. */
    byte[] read(long row, int count, long column, int width) throws IOException {
        byte[] values = new byte[Math.multiplyExact(count, width)];
        int each = Integer.SIZE / bits;
        int element = tensor.dtype().bytes();
        long first = packing == Packing.COLUMNS || packing == Packing.EVEN_COLUMNS_FIRST ? column / each : column;
        long last = packing == Packing.COLUMNS || packing == Packing.EVEN_COLUMNS_FIRST
                ? (column + width - 1) / each
                : column + width - 1;
        ByteBuffer line = ByteBuffer.allocate(Math.toIntExact((last - first + 1) * element))
                .order(ByteOrder.LITTLE_ENDIAN);
        long inBuffer = -1;
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int r = 0; r < count; r++) {
                long stored = packing == Packing.ROWS ? (row + r) / each : row + r;
                if (stored != inBuffer) {
                    fill(in, line.clear(), tensor.offset() + (stored * tensor.size(1) + first) * element);
                    inBuffer = stored;
                }
                decode(line, row + r, column, first, values, r * width, width);
            }
        }
        return values;
    }

    private void decode(ByteBuffer line, long row, long column, long first, byte[] values, int to, int width) {
        int each = Integer.SIZE / bits;
        int mask = (1 << bits) - 1;
        for (int c = 0; c < width; c++) {
            long index = column + c;
            int raw =
                    switch (packing) {
                        case BYTES -> inRange(line.get(c));
                        case ROWS -> line.getInt(c * Integer.BYTES) >>> ((int) (row % each) * bits);
                        case COLUMNS -> word(line, index / each - first) >>> ((int) (index % each) * bits);
                        case EVEN_COLUMNS_FIRST ->
                            word(line, index / each - first) >>> (EVEN_FIRST[(int) (index % each)] * bits);
                    };
            values[to + c] = (byte) ((raw + added) & mask);
        }
    }

    private int inRange(int value) {
        if (value < -(1 << (bits - 1)) || value >= 1 << (bits - 1)) {
            throw new BadFile(file + ": tensor '" + tensor.name() + "' has " + value + ", which is no number of " + bits
                    + " bits.");
        }
        return value;
    }

    private static int word(ByteBuffer line, long index) {
        return line.getInt((int) index * Integer.BYTES);
    }

    /** Fills the buffer from a position of the file. */
    static void fill(FileChannel in, ByteBuffer buffer, long from) throws IOException {
        long position = from;
        while (buffer.hasRemaining()) {
            int n = in.read(buffer, position);
            if (n < 0) {
                throw new IOException("the file ends within its tensors");
            }
            position += n;
        }
    }
}
