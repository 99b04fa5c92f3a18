package dev.steering.export;

import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.quantization.Quantization;

/** Reads a quantised matrix back, straight from the description of MatMulNBits and sharing no code with the writer. */
final class Dequantizer {
    private Dequantizer() {}

    static float[] read(SafetensorsFile file, String name, int columns, Quantization how) {
        long[] packed = file.longs(name + ".packed");
        float[] scales = file.floats(name + ".scales");
        long[] zeros = how.symmetric() ? new long[0] : file.longs(name + ".zero_points");
        int rows = (int) file.tensor(name + ".packed").size(0);
        int blocks = (int) file.tensor(name + ".packed").size(1);
        int zeroBytes = zeros.length / rows;
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int block = column / how.blockSize();
                long zero =
                        how.symmetric() ? 1L << (how.bits() - 1) : element(zeros, row * zeroBytes, block, how.bits());
                long value = element(packed, row * blocks * how.blockSize() * how.bits() / 8, column, how.bits());
                values[row * columns + column] = (value - zero) * scales[row * blocks + block];
            }
        }
        return values;
    }

    private static long element(long[] bytes, int from, int index, int bits) {
        return bits == 8 ? bytes[from + index] : bytes[from + index / 2] >> (index % 2 * 4) & 15;
    }
}
