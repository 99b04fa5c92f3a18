package dev.steering.export.stored;

import dev.steering.core.BadFile;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A matrix of 8-bit floats (4 bits of exponent, 3 of mantissa, no infinities: OCP's E4M3FN), with a scale for all, for every row or
 * for every block.
 */
final class Fp8Matrix implements StoredTensor {
    private static final int BYTES_AT_ONCE = 1 << 22;
    private static final float[] VALUES = new float[256];

    static {
        for (int i = 0; i < VALUES.length; i++) {
            int exponent = i >> 3 & 15;
            int mantissa = i & 7;
            float magnitude =
                    exponent == 0 ? Math.scalb(mantissa / 8f, -6) : Math.scalb(1 + mantissa / 8f, exponent - 7);
            float value = (i & 127) == 127 ? Float.NaN : magnitude;
            VALUES[i] = i < 128 ? value : -value;
        }
    }

    private final SafetensorsFile file;
    private final TensorInfo weight;
    private final SafetensorsFile scaleFile;
    private final TensorInfo scale;
    private final int blockRows;
    private final int blockColumns;

    /**
     * @param file of the weight
     * @param weight {@code F8_E4M3 [out, in]}
     * @param scaleFile of the scale
     * @param scale a single one, {@code [out]}, {@code [out, 1]}, or one for every block
     * @param block rows and columns of a block; two numbers
     */
    Fp8Matrix(SafetensorsFile file, TensorInfo weight, SafetensorsFile scaleFile, TensorInfo scale, int[] block) {
        this.file = file;
        this.weight = weight;
        this.scaleFile = scaleFile;
        this.scale = scale;
        Formats.requireScales(scaleFile, scale);
        long rows = weight.size(0);
        int columns = Math.toIntExact(weight.size(1));
        if (scale.elements() == 1) {
            blockRows = Math.toIntExact(rows);
            blockColumns = columns;
        } else if (scale.size(0) == rows && scale.elements() == rows) {
            blockRows = 1;
            blockColumns = columns;
        } else {
            blockRows = Math.max(1, block[0]);
            blockColumns = Math.max(1, block[1]);
            if (block[0] < 1
                    || block[1] < 1
                    || scale.rank() != 2
                    || scale.size(0) != (rows + blockRows - 1) / blockRows
                    || scale.size(1) != (columns + blockColumns - 1) / blockColumns) {
                throw new BadFile(scaleFile.path() + ": tensor '" + scale.name() + "' is " + scale.shape()
                        + ", expected a scale for all of " + weight.shape()
                        + ", for every row, or for every block of the size"
                        + " that the config names, found " + block[0] + " x " + block[1] + ".");
            }
        }
    }

    @Override
    public DType type() {
        return DType.F32;
    }

    @Override
    public List<Long> shape() {
        return weight.shape();
    }

    @Override
    public List<String> parts() {
        return List.of(weight.name(), scale.name());
    }

    @Override
    public void widen(FileChannel out) throws IOException {
        int columns = Math.toIntExact(weight.size(1));
        int across = (columns + blockColumns - 1) / blockColumns;
        float[] scales = scaleFile.floats(scale.name());
        int step = Math.max(1, BYTES_AT_ONCE / columns);
        try (FileChannel in = FileChannel.open(file.path(), StandardOpenOption.READ)) {
            for (long row = 0; row < weight.size(0); row += step) {
                int rows = (int) Math.min(step, weight.size(0) - row);
                ByteBuffer bytes = ByteBuffer.allocate(rows * columns);
                PackedIntegers.fill(in, bytes, weight.offset() + row * columns);
                float[] wide = new float[rows * columns];
                for (int r = 0; r < rows; r++) {
                    int line = (int) ((row + r) / blockRows) * across;
                    for (int c = 0; c < columns; c++) {
                        int i = r * columns + c;
                        wide[i] = VALUES[Byte.toUnsignedInt(bytes.get(i))] * scales[line + c / blockColumns];
                    }
                }
                Wide.put(wide, out);
            }
        }
    }
}
