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
 * Matrices of a mixture's experts as 4-bit floats (OCP's E2M1) in blocks of 32 along the inputs with a power of two each, as gpt-oss has
 * them: {@code blocks [experts, out, in / 32, 16]}, of two in a byte the first is the lower one, and
 * {@code scales [experts, out, in / 32]}. The model has them the other way round, {@code [experts, in, out]}. Exact in bfloat16.
 */
final class Mxfp4Experts implements StoredTensor {
    private static final int BLOCK = 32;
    private static final int BLOCK_BYTES = BLOCK / 2;
    private static final int BIAS = 127;
    private static final int VALUES_AT_ONCE = 1 << 21;
    private static final float[] VALUES = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};

    private final SafetensorsFile blockFile;
    private final TensorInfo blocks;
    private final SafetensorsFile scaleFile;
    private final TensorInfo scales;

    Mxfp4Experts(SafetensorsFile blockFile, TensorInfo blocks, SafetensorsFile scaleFile, TensorInfo scales) {
        this.blockFile = blockFile;
        this.blocks = blocks;
        this.scaleFile = scaleFile;
        this.scales = scales;
        if (blocks.rank() != 4
                || blocks.size(3) != BLOCK_BYTES
                || !blocks.shape().subList(0, 3).equals(scales.shape())
                || blocks.dtype() != DType.U8
                || scales.dtype() != DType.U8) {
            throw new BadFile(blockFile.path() + ": '" + blocks.name() + "' is " + blocks.dtype() + " "
                    + blocks.shape() + " and '" + scales.name() + "' " + scales.dtype() + " " + scales.shape()
                    + "; expected U8 [experts, out, in / 32, 16] and U8 [experts, out, in / 32].");
        }
    }

    @Override
    public DType type() {
        return DType.BF16;
    }

    @Override
    public List<Long> shape() {
        return List.of(blocks.size(0), blocks.size(2) * BLOCK, blocks.size(1));
    }

    @Override
    public List<String> parts() {
        return List.of(blocks.name(), scales.name());
    }

    @Override
    public void widen(FileChannel out) throws IOException {
        int rows = Math.toIntExact(blocks.size(1));
        int groups = Math.toIntExact(blocks.size(2));
        int step = Math.max(1, VALUES_AT_ONCE / rows);
        try (FileChannel in = FileChannel.open(blockFile.path(), StandardOpenOption.READ);
                FileChannel scaleIn = FileChannel.open(scaleFile.path(), StandardOpenOption.READ)) {
            for (long expert = 0; expert < blocks.size(0); expert++) {
                ByteBuffer packed = expert(in, blocks, expert);
                ByteBuffer exponents = expert(scaleIn, scales, expert);
                for (int column = 0; column < groups * BLOCK; column += step) {
                    int count = Math.min(step, groups * BLOCK - column);
                    float[] wide = new float[count * rows];
                    for (int i = 0; i < wide.length; i++) {
                        wide[i] = value(packed, exponents, i % rows, column + i / rows, groups);
                    }
                    Wide.putHalves(wide, out);
                }
            }
        }
    }

    private static float value(ByteBuffer packed, ByteBuffer exponents, int row, int column, int groups) {
        int two = packed.get(row * groups * BLOCK_BYTES + column / 2);
        float value = VALUES[two >> (column % 2 * 4) & 15];
        return Math.scalb(value, Byte.toUnsignedInt(exponents.get(row * groups + column / BLOCK)) - BIAS);
    }

    /** One expert of a tensor of bytes. */
    private static ByteBuffer expert(FileChannel in, TensorInfo tensor, long expert) throws IOException {
        long bytes = tensor.bytes() / tensor.size(0);
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(bytes));
        PackedIntegers.fill(in, buffer, tensor.offset() + expert * bytes);
        return buffer;
    }
}
