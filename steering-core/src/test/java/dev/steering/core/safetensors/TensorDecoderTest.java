package dev.steering.core.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TensorDecoderTest {
    /** Every one of the 65,536 half-precision values against the definition in IEEE 754. */
    @Test
    void float16IsExactForEveryValue() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 31;
            int mantissa = bits & 1023;
            double sign = bits < 1 << 15 ? 1 : -1;
            float actual = TensorDecoder.float16((short) bits);
            if (exponent == 31 && mantissa != 0) {
                assertTrue(Float.isNaN(actual));
                continue;
            }
            double expected;
            if (exponent == 31) {
                expected = sign / 0.0;
            } else if (exponent == 0) {
                expected = sign * mantissa * Math.pow(2, -24);
            } else {
                expected = sign * (1 + mantissa / 1024.0) * Math.pow(2, exponent - 15);
            }
            assertEquals(Float.floatToRawIntBits((float) expected), Float.floatToRawIntBits(actual));
        }
    }

    @Test
    void bfloat16IsTheUpperHalfOfAFloat() {
        assertEquals(1f, TensorDecoder.bfloat16((short) 0x3f80));
        assertEquals(-0f, TensorDecoder.bfloat16((short) 0x8000));
        assertEquals(Float.NEGATIVE_INFINITY, TensorDecoder.bfloat16((short) 0xff80));
        assertTrue(Float.isNaN(TensorDecoder.bfloat16((short) 0x7fc0)));
    }
}
