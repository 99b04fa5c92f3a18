package dev.steering.export.gguf;

import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.HalfPrecision;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Types of tensors that are read, by ggml's numbers; blocks as {@code ggml-quants.c} unpacks them. Little-endian. */
enum GgufType {
    /** Single precision. */
    F32(0, 1, 4, DType.F32),
    /** Half precision. */
    F16(1, 1, 2, DType.F16),
    /** bfloat16. */
    BF16(30, 1, 2, DType.BF16),
    /** 32 integers of 4 bits around 8, one scale. */
    Q4_0(2, 32, 18, DType.F32),
    /** 32 integers of 4 bits, a scale and a minimum. */
    Q4_1(3, 32, 20, DType.F32),
    /** 32 integers of 5 bits around 16, one scale. */
    Q5_0(6, 32, 22, DType.F32),
    /** 32 integers of 5 bits, a scale and a minimum. */
    Q5_1(7, 32, 24, DType.F32),
    /** 32 integers of 8 bits, one scale. */
    Q8_0(8, 32, 34, DType.F32),
    /** Eight times 32 integers of 4 bits, with scales and minima of 6 bits. */
    Q4_K(12, 256, 144, DType.F32),
    /** Eight times 32 integers of 5 bits, with scales and minima of 6 bits. */
    Q5_K(13, 256, 176, DType.F32),
    /** Sixteen times 16 integers of 6 bits around 32, with scales of 8 bits. */
    Q6_K(14, 256, 210, DType.F32);

    private static final int SCALES = 12;
    private static final int HALF = 16;

    private final int number;
    private final int block;
    private final int bytes;
    private final DType holds;

    GgufType(int number, int block, int bytes, DType holds) {
        this.number = number;
        this.block = block;
        this.bytes = bytes;
        this.holds = holds;
    }

    static Optional<GgufType> of(int number) {
        return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
    }

    /** Values that are packed together. */
    int block() {
        return block;
    }

    /** Bytes of so many values, a multiple of a block. */
    long bytes(long values) {
        return values / block * bytes;
    }

    /** The type that holds the values exactly. */
    DType holds() {
        return holds;
    }

    boolean packed() {
        return block > 1;
    }

    /** Unpacks all of a buffer. */
    void unpack(ByteBuffer in, float[] out) {
        int at = 0;
        for (int from = 0; from < in.limit(); from += bytes) {
            switch (this) {
                case F32 -> out[at] = in.getFloat(from);
                case F16 -> out[at] = half(in, from);
                case BF16 -> out[at] = Float.intBitsToFloat(in.getShort(from) << HALF);
                case Q8_0 -> {
                    float scale = half(in, from);
                    for (int i = 0; i < block; i++) {
                        out[at + i] = in.get(from + 2 + i) * scale;
                    }
                }
                case Q4_0, Q4_1, Q5_0, Q5_1 -> small(in, from, out, at);
                case Q4_K, Q5_K -> scaledTwice(in, from, out, at);
                case Q6_K -> sixteenScales(in, from, out, at);
            }
            at += block;
        }
    }

    private void small(ByteBuffer in, int from, float[] out, int at) {
        boolean minimum = this == Q4_1 || this == Q5_1;
        boolean fifth = this == Q5_0 || this == Q5_1;
        float scale = half(in, from);
        float least = minimum ? half(in, from + 2) : 0;
        int next = from + (minimum ? 4 : 2);
        int high = fifth ? in.getInt(next) : 0;
        int low = next + (fifth ? 4 : 0);
        int middle = minimum ? 0 : fifth ? 16 : 8;
        for (int i = 0; i < block; i++) {
            // The first half of a block is in the lower halves of its bytes.
            int fourBits = (in.get(low + i % 16) >> (i / 16 * 4)) & 15;
            int value = fourBits | (((high >>> i) & 1) << 4);
            float scaled = scale * (value - middle);
            out[at + i] = minimum ? scaled + least : scaled;
        }
    }

    private void scaledTwice(ByteBuffer in, int from, float[] out, int at) {
        float scale = half(in, from);
        float minimum = half(in, from + 2);
        int scales = from + 4;
        int high = scales + SCALES;
        int low = this == Q5_K ? high + block / 8 : high;
        for (int part = 0; part < 8; part++) {
            float partScale = scale * sixBits(in, scales, scales, part);
            float partMinimum = minimum * sixBits(in, scales, scales + 4, part);
            for (int i = 0; i < 32; i++) {
                int value = (in.get(low + part / 2 * 32 + i) >> (part % 2 * 4)) & 15;
                if (this == Q5_K) {
                    value |= ((in.get(high + i) >> part) & 1) << 4;
                }
                out[at + part * 32 + i] = partScale * value - partMinimum;
            }
        }
    }

    /** Of eight numbers of 6 bits four have a byte; the others' upper bits lie above theirs, lower ones in bytes of their own. */
    private static int sixBits(ByteBuffer in, int scales, int first, int part) {
        int shared = in.get(first + part % 4);
        if (part < 4) {
            return shared & 63;
        }
        int lower = in.get(scales + 8 + part % 4) >> (first == scales ? 0 : 4);
        return (lower & 15) | ((shared >> 2) & 0x30);
    }

    private static void sixteenScales(ByteBuffer in, int from, float[] out, int at) {
        int high = from + 128;
        int scales = from + 192;
        float scale = half(in, from + 208);
        for (int i = 0; i < 256; i++) {
            int half = i / 128;
            int part = i % 128 / 32;
            int column = i % 32;
            int low = (in.get(from + half * 64 + part % 2 * 32 + column) >> (part / 2 * 4)) & 15;
            int two = (in.get(high + half * 32 + column) >> (part * 2)) & 3;
            out[at + i] = scale * in.get(scales + i / 16) * ((low | (two << 4)) - 32);
        }
    }

    private static float half(ByteBuffer in, int at) {
        return HalfPrecision.read(DType.F16, in.getShort(at));
    }
}
