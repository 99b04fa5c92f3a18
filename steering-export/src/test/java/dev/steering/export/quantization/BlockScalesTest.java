package dev.steering.export.quantization;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockScalesTest {
    private static final int MANY = 1 << 19;

    private static Quantization how(int bits, int block, boolean symmetric, BlockScales scales) {
        return new Quantization(bits, block, symmetric, scales, true, 0, block);
    }

    @Test
    void onlyFourBitsAreFittedUnlessChosen() {
        Quantization four = Quantization.ofBits(4);
        assertEquals(new Quantization(4, 64, false, BlockScales.FITTED, false, 8, 128), four);
        assertEquals(new Quantization(8, 128, false, BlockScales.RANGE, false, 8, 128), four.head());
        assertEquals(BlockScales.FITTED, four.withHeadBits(4).head().scales());
        assertEquals(64, four.withHeadBits(4).head().blockSize());
        assertEquals(32, four.withBlockSize(32).head().blockSize());
        Quantization eight = Quantization.ofBits(8);
        assertEquals(new Quantization(8, 32, false, BlockScales.RANGE, false, 8, 32), eight);
        assertEquals(
                BlockScales.FITTED, eight.withScales(BlockScales.FITTED).head().scales());
    }

    /**
     * Integers, scales and zero points of a matrix that is written down as a formula, by numpy in double precision: every range
     * tried, its weights rounded, the scale by least squares, and the candidates' squared errors compared. Here the ranges that win are 1,
     * .94, 1, .94; 1, 1, 1, .94; .94, .94; .94 and .88.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "32 | false | 7cfa861278cfa850278cf9750378ce97 50378dfa860278dfa750378ee9750388"
                        + " de9850378de9840378ef8740489de975 79bbefcb079bcffcb979bcfecb97abce"
                        + " | 0.1323197 0.12655732 0.13022174 0.25112398 | 7 7 7 11",
                "32 | true | 830579ed873057afd873068afc873168 afc8720579fd872058afc872168afc77"
                        + " 2067afc872067bfc871078bfb762168b 5788ab9805788bb9875789ba8875788a"
                        + " | -0.1323197 -0.1279295 -0.12660962 0.34769298 | 8 8 8 8",
                "64 | false | 7cfa861278cfa850278df9750378cf9750378dfa860278dfa750378de9750388"
                        + " efcba89bbefcba79bcefcba79bcefcba79bbefcb079bcffcb979bcfecb97abce"
                        + " | 0.12870423 0.25054482 | 7 11",
                "64 | true | 830579ed873057afd872068afd873068afc8720579fd872058afc871168afc77"
                        + " ab9875688ab9875688bb9875789ab9875788bb9805789bb9875789bb8875788b"
                        + " | -0.1275355 0.32466205 | 8 8"
            })
    void theBestRangeAndItsLeastSquaresScaleAreThoseOfNumpy(
            int block, boolean symmetric, String integers, String scales, String zeros) {
        float[] weights = new float[2 * 64];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (Math.pow(Math.sin(0.7 * i + 0.3), 3) + 0.02 * (i % 7));
        }
        weights[64 + 40] = -3;
        Quantization how = how(4, block, symmetric, BlockScales.FITTED);
        BlockQuantizer.Rows rows = new BlockQuantizer(how, 64).quantize(weights, 2);
        int blocks = weights.length / block;
        StringBuilder found = new StringBuilder();
        StringBuilder foundZeros = new StringBuilder();
        for (int i = 0; i < weights.length; i++) {
            found.append(i % block == 0 && i > 0 ? " " : "")
                    .append(HexFormat.of().toHexDigits(integer(rows.packed(), i, 4), 1));
        }
        for (int i = 0; i < blocks; i++) {
            foundZeros.append(i == 0 ? "" : " ").append(zero(rows, how, 64, i));
        }
        assertEquals(integers, found.toString());
        assertEquals(zeros, foundZeros.toString());
        String[] expected = scales.split(" ", -1);
        for (int i = 0; i < blocks; i++) {
            float scale = Float.parseFloat(expected[i]);
            assertEquals(scale, rows.scales()[i], 1e-6f * Math.abs(scale), "scale of block " + i);
        }
    }

    /** Per cent; numpy, in double precision, from weights of its own: 2^20 each. */
    @ParameterizedTest
    @CsvSource({
        "normal, 4, 32, false, 8.079, 7.807",
        "normal, 4, 64, false, 9.110, 8.759",
        "normal, 4, 128, false, 10.047, 9.524",
        "normal, 4, 32, true, 8.594, 8.216",
        "normal, 4, 64, true, 9.487, 9.040",
        "student, 4, 32, false, 9.274, 9.015",
        "student, 4, 64, false, 11.194, 10.817",
        "student, 4, 128, true, 15.101, 14.016",
        "laplace, 4, 32, false, 9.444, 9.190",
        "laplace, 4, 64, false, 11.233, 10.861",
        "laplace, 4, 128, false, 13.025, 12.404",
        "laplace, 4, 64, true, 12.377, 11.816",
        "normal, 8, 32, false, 0.475, 0.470",
        "normal, 8, 64, true, 0.588, 0.584"
    })
    void errorsAreThoseOfNumpyForEachDistribution(
            String distribution, int bits, int block, boolean symmetric, double byRange, double fitted) {
        float[] weights = weights(distribution);
        double range = error(weights, how(bits, block, symmetric, BlockScales.RANGE));
        double least = error(weights, how(bits, block, symmetric, BlockScales.FITTED));
        assertEquals(byRange, range, 0.02 * byRange);
        assertEquals(fitted, least, 0.02 * fitted);
        // Of the same weights both, so that this is not within the noise of the sample.
        assertEquals(fitted / byRange, least / range, 0.003);
    }

    private static float[] weights(String distribution) {
        Random random = new Random(5);
        float[] weights = new float[MANY];
        for (int i = 0; i < MANY; i++) {
            weights[i] = (float)
                    switch (distribution) {
                        case "normal" -> random.nextGaussian();
                        case "laplace" -> Math.copySign(Math.log(1 - random.nextDouble()), random.nextDouble() - 0.5);
                        default -> student(random);
                    };
        }
        return weights;
    }

    private static double student(Random random) {
        double squares = 0;
        for (int i = 0; i < 5; i++) {
            double value = random.nextGaussian();
            squares += value * value;
        }
        return random.nextGaussian() / Math.sqrt(squares / 5);
    }

    private static double error(float[] weights, Quantization how) {
        int columns = 256;
        BlockQuantizer.Rows rows = new BlockQuantizer(how, columns).quantize(weights, weights.length / columns);
        double errors = 0;
        double squares = 0;
        for (double error : squaredErrors(weights, rows, how, columns)) {
            errors += error;
        }
        for (float weight : weights) {
            squares += (double) weight * weight;
        }
        return 100 * Math.sqrt(errors / squares);
    }

    /** Blocks of everything that weights can be, 40 columns in rows, so that a row's last block is short or its only one is. */
    @ParameterizedTest
    @CsvSource({"4, 16", "4, 32", "4, 64", "4, 256", "8, 16", "8, 64"})
    void noBlockIsWorseThanByRange(int bits, int block) {
        int columns = 40;
        int rows = 3000;
        float[] weights = new float[rows * columns];
        Random random = new Random(bits * 1000 + block);
        for (int row = 0; row < rows; row++) {
            fill(weights, row * columns, columns, row % 10, random);
        }
        for (boolean symmetric : new boolean[] {false, true}) {
            Quantization range = how(bits, block, symmetric, BlockScales.RANGE);
            Quantization fitted = range.withScales(BlockScales.FITTED);
            double[] most =
                    squaredErrors(weights, new BlockQuantizer(range, columns).quantize(weights, rows), range, columns);
            double[] found = squaredErrors(
                    weights, new BlockQuantizer(fitted, columns).quantize(weights, rows), fitted, columns);
            int better = 0;
            int blocks = range.blocks(columns);
            for (int i = 0; i < most.length; i++) {
                double slack = 1e-13 * squares(weights, i / blocks * columns, columns);
                assertTrue(found[i] <= most[i] + slack, "block " + i + ": " + found[i] + " > " + most[i]);
                better += found[i] < most[i] * 0.99 ? 1 : 0;
            }
            assertTrue(better > most.length / 4, "only " + better + " of " + most.length + " are better");
        }
    }

    private static void fill(float[] weights, int from, int columns, int kind, Random random) {
        float size = (float) Math.pow(10, random.nextInt(9) - 4);
        for (int i = from; i < from + columns; i++) {
            float value = (float) random.nextGaussian() * size;
            weights[i] = switch (kind) {
                case 0 -> 0;
                case 1 -> size;
                case 2 -> Math.abs(value);
                case 3 -> -Math.abs(value) - size;
                case 4 -> i == from + 7 ? 100 * size : value;
                case 5 -> value / size * 1e-37f;
                case 6 -> value / size * 1e-38f * 1e-6f;
                case 7 -> value / size * 2e37f;
                case 8 -> random.nextInt(16) * size;
                default -> value;
            };
        }
    }

    /** As the format says, in double precision, and not as the quantiser has it. */
    private static double[] squaredErrors(float[] weights, BlockQuantizer.Rows rows, Quantization how, int columns) {
        int blocks = how.blocks(columns);
        double[] errors = new double[weights.length / columns * blocks];
        for (int i = 0; i < weights.length; i++) {
            int row = i / columns;
            int column = i % columns;
            int block = row * blocks + column / how.blockSize();
            int stored = row * blocks * how.blockSize() + column;
            int distance = integer(rows.packed(), stored, how.bits()) - zero(rows, how, columns, block);
            double error = weights[i] - (double) distance * rows.scales()[block];
            errors[block] += error * error;
        }
        return errors;
    }

    private static double squares(float[] weights, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += (double) weights[i] * weights[i];
        }
        return sum;
    }

    private static int integer(byte[] packed, int index, int bits) {
        return bits == 8 ? packed[index] & 255 : (packed[index / 2] >> (index % 2 * 4)) & 15;
    }

    private static int zero(BlockQuantizer.Rows rows, Quantization how, int columns, int block) {
        if (how.symmetric()) {
            return 1 << (how.bits() - 1);
        }
        int blocks = how.blocks(columns);
        int row = block / blocks;
        int padded = how.bits() == 8 ? blocks : (blocks + 1) / 2 * 2;
        return integer(rows.zeroPoints(), row * padded + block % blocks, how.bits());
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE})
    void whatIsNoNumberStaysAsItIsByRange(float value) {
        float[] weights = new float[64];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) Math.sin(i);
        }
        weights[5] = value;
        // Of both signs, so that the range of the largest number is none either, unless it is symmetric.
        weights[6] = -value;
        for (boolean symmetric : new boolean[] {false, true}) {
            Quantization range = how(4, 32, symmetric, BlockScales.RANGE);
            BlockQuantizer.Rows expected = new BlockQuantizer(range, 64).quantize(weights, 1);
            BlockQuantizer.Rows found =
                    new BlockQuantizer(range.withScales(BlockScales.FITTED), 64).quantize(weights, 1);
            if (!symmetric || !Float.isFinite(value)) {
                assertArrayEquals(Arrays.copyOf(expected.packed(), 16), Arrays.copyOf(found.packed(), 16));
                assertEquals(expected.scales()[0], found.scales()[0]);
                assertArrayEquals(expected.zeroPoints(), found.zeroPoints());
            }
            assertNotEquals(expected.scales()[1], found.scales()[1], "the other block is fitted");
        }
    }

    @Test
    void zerosStayZeros() {
        for (boolean symmetric : new boolean[] {false, true}) {
            Quantization how = how(4, 64, symmetric, BlockScales.FITTED);
            BlockQuantizer.Rows rows = new BlockQuantizer(how, 64).quantize(new float[64], 1);
            assertEquals(0, Math.abs(rows.scales()[0]));
            assertArrayEquals(new double[1], squaredErrors(new float[64], rows, how, 64));
        }
    }

    /** The places behind a row's end count for nothing: the rest of the block might as well be weights of 0. */
    @Test
    void aShortRowIsRoundedLikeOneThatEndsInZeros() {
        float[] row = Arrays.copyOf(weights("laplace"), 20);
        for (boolean symmetric : new boolean[] {false, true}) {
            Quantization how = how(4, 64, symmetric, BlockScales.FITTED);
            BlockQuantizer.Rows alone = new BlockQuantizer(how, 20).quantize(row, 1);
            BlockQuantizer.Rows filled = new BlockQuantizer(how, 64).quantize(Arrays.copyOf(row, 64), 1);
            assertArrayEquals(filled.scales(), alone.scales());
            assertArrayEquals(filled.zeroPoints(), alone.zeroPoints());
            assertArrayEquals(Arrays.copyOf(filled.packed(), 10), Arrays.copyOf(alone.packed(), 10));
            assertArrayEquals(new byte[22], Arrays.copyOfRange(alone.packed(), 10, 32));
        }
    }

    @Test
    void rowsDoNotDependOnTheirNeighbours() {
        float[] weights = Arrays.copyOf(weights("student"), 50 * 96);
        BlockQuantizer quantizer = new BlockQuantizer(Quantization.ofBits(4), 96);
        BlockQuantizer.Rows together = quantizer.quantize(weights, 50);
        for (int row = 0; row < 50; row++) {
            BlockQuantizer.Rows alone = quantizer.quantize(Arrays.copyOfRange(weights, row * 96, row * 96 + 96), 1);
            assertArrayEquals(Arrays.copyOfRange(together.packed(), row * 64, row * 64 + 64), alone.packed());
            assertArrayEquals(Arrays.copyOfRange(together.scales(), row * 2, row * 2 + 2), alone.scales());
            assertEquals(together.zeroPoints()[row], alone.zeroPoints()[0]);
        }
    }
}
