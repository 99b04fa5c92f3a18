package dev.steering.core.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
    @Test
    void everyNumberIsItsOwnNearest() {
        for (DType type : new DType[] {DType.F16, DType.BF16}) {
            for (int bits = 0; bits < 1 << 16; bits++) {
                float value = HalfPrecision.read(type, (short) bits);
                if (!Float.isNaN(value)) {
                    assertEquals((short) bits, HalfPrecision.write(type, value), type + " " + value);
                } else {
                    assertTrue(Float.isNaN(HalfPrecision.read(type, HalfPrecision.write(type, value))));
                }
            }
        }
    }

    /** Bits are those of numpy.float16 and, for BF16, of torch.bfloat16. */
    @Test
    void whatLiesBetweenGoesToTheNearestAndTiesToEven() {
        float[] values = {
            0.1f,
            -0.1f,
            65504f,
            65519f,
            65520f,
            5.9604645e-8f,
            2.9802322e-8f,
            2.98024e-8f,
            1.0004883f,
            1.0014648f,
            6.1e-5f
        };
        int[] halves = {0x2e66, 0xae66, 0x7bff, 0x7bff, 0x7c00, 0x0001, 0x0000, 0x0001, 0x3c00, 0x3c02, 0x03ff};
        for (int i = 0; i < values.length; i++) {
            assertEquals(halves[i], HalfPrecision.write(DType.F16, values[i]) & 0xffff, "F16 of " + values[i]);
        }
        float[] wide = {0.1f, 0x1.01p0f, 0x1.03p0f, 3.4e38f, -2.7182817f};
        int[] brains = {0x3dcd, 0x3f80, 0x3f82, 0x7f80, 0xc02e};
        for (int i = 0; i < wide.length; i++) {
            assertEquals(brains[i], HalfPrecision.write(DType.BF16, wide[i]) & 0xffff, "BF16 of " + wide[i]);
        }
        assertThrows(IllegalArgumentException.class, () -> HalfPrecision.write(DType.F32, 1));
    }
}
