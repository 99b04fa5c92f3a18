package dev.steering.export.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.SafetensorsFile;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockQuantizerTest {
    /** Made by golden_quantization.py: rows of mixed sign, of positive weights, and one that begins with blocks of zeros. */
    private static final Path GOLDEN = Path.of("src/test/resources/quantization.safetensors");

    private static final int ROWS = 3;
    private static final int COLUMNS = 80;

    @Test
    void theHeadGoesWithTheActivationsUnlessItIsChosen() {
        assertEquals(8, Quantization.ofBits(4).headBits());
        assertEquals(0, Quantization.ofBits(4).withExactActivations(true).headBits());
        assertEquals(
                4,
                Quantization.ofBits(8)
                        .withExactActivations(true)
                        .withHeadBits(4)
                        .headBits());
        assertEquals(8, Quantization.ofBits(4).withHeadBits(8).head().bits());
    }

    @ParameterizedTest
    @CsvSource({"4,16", "4,32", "4,64", "4,128", "8,16", "8,32", "8,64", "8,128"})
    void everyByteIsThatOfOnnxRuntimesQuantiser(int bits, int block) {
        for (boolean symmetric : new boolean[] {false, true}) {
            SafetensorsFile golden = SafetensorsFile.open(GOLDEN);
            String name = bits + "-" + block + (symmetric ? "-symmetric" : "-asymmetric");
            Quantization how = new Quantization(bits, block, symmetric, BlockScales.RANGE, true, 0, block);
            BlockQuantizer.Rows rows = new BlockQuantizer(how, COLUMNS).quantize(golden.floats("weights"), ROWS);
            assertArrayEquals(golden.longs(name + ".packed"), unsigned(rows.packed()), name);
            assertArrayEquals(golden.floats(name + ".scales"), rows.scales(), name);
            if (symmetric) {
                assertEquals(0, rows.zeroPoints().length);
            } else {
                assertArrayEquals(golden.longs(name + ".zero_points"), unsigned(rows.zeroPoints()), name);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 24, 512, -16})
    void otherBlockSizesAreRefused(int size) {
        SteeringException e = assertThrows(
                SteeringException.class, () -> Quantization.ofBits(4).withBlockSize(size));
        assertTrue(e.getMessage().contains("blocks of " + size + ": expected 16, 32, 64, 128 or 256"), e.getMessage());
    }

    private static long[] unsigned(byte[] bytes) {
        long[] values = new long[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = Byte.toUnsignedLong(bytes[i]);
        }
        return values;
    }
}
