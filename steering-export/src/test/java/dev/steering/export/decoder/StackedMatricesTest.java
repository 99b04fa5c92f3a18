package dev.steering.export.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderWeights.Location;
import dev.steering.export.decoder.DecoderWeights.Matrix;
import dev.steering.export.decoder.DecoderWeights.Plain;
import dev.steering.export.decoder.DecoderWeights.Quantized;
import dev.steering.export.decoder.DecoderWeights.QuantizedFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which matrices a graph may read as one. */
class StackedMatricesTest {
    private static final QuantizedFormat FORMAT = new QuantizedFormat(4, 32, 4);

    private static Optional<Matrix> stacked(Matrix... matrices) {
        DecoderWeights weights = new DecoderWeights() {
            @Override
            public boolean has(String name) {
                return true;
            }

            @Override
            public Location locate(String name, long... shape) {
                throw new AssertionError(name);
            }

            @Override
            public Matrix matrix(String name, long out, long in) {
                return matrices[Integer.parseInt(name)];
            }
        };
        return matrices.length == 2
                ? weights.stacked(List.of("0", "1"), List.of(2L, 3L), 64)
                : weights.stacked(List.of("0", "1", "2"), List.of(2L, 3L, 4L), 64);
    }

    private static Location at(String file, DType type, long rows, long offset) {
        return new Location(file, type, List.of(rows, 64L), offset, rows * 64 * type.bytes());
    }

    private static Matrix floats(long rows, long offset) {
        return new Plain(at("a", DType.F32, rows, offset));
    }

    @Test
    void floatsThatLieOneBehindTheOtherAreOne() {
        Matrix all = new Plain(new Location("a", DType.F32, List.of(9L, 64L), 100, 9 * 64 * 4));
        assertEquals(Optional.of(all), stacked(floats(2, 100), floats(3, 612), floats(4, 1380)));
    }

    @Test
    void floatsThatDoNotStayApart() {
        assertEquals(Optional.empty(), stacked(floats(2, 100), floats(3, 616)), "a gap");
        assertEquals(Optional.empty(), stacked(floats(3, 612), floats(2, 100)), "the other way round");
        assertEquals(Optional.empty(), stacked(floats(2, 100), floats(3, 612), floats(4, 1384)), "a gap at the end");
        assertEquals(Optional.empty(), stacked(floats(2, 100), new Plain(at("b", DType.F32, 3, 612))), "another file");
        assertEquals(Optional.empty(), stacked(floats(2, 100), new Plain(at("a", DType.F16, 3, 612))), "another type");
    }

    private static Quantized integers(long rows, long before, boolean zeros, @Nullable Location order) {
        return new Quantized(
                new Location("a", DType.U8, List.of(rows, 2L, 16L), 100 + 32 * before, 32 * rows),
                new Location("a", DType.F32, List.of(rows, 2L), 1000 + 8 * before, 8 * rows),
                zeros ? new Location("a", DType.U8, List.of(rows, 1L), 2000 + before, rows) : null,
                order,
                FORMAT);
    }

    @Test
    void integersAreOneWithTheirScalesAndZeroPoints() {
        for (boolean zeros : new boolean[] {false, true}) {
            assertEquals(
                    Optional.of(integers(5, 0, zeros, null)),
                    stacked(integers(2, 0, zeros, null), integers(3, 2, zeros, null)));
        }
    }

    @Test
    void integersThatAreStoredOtherwiseStayApart() {
        Quantized first = integers(2, 0, true, null);
        Quantized second = integers(3, 2, true, null);
        Location order = new Location("a", DType.I64, List.of(64L), 3000, 512);
        assertEquals(Optional.empty(), stacked(first, integers(3, 2, false, null)), "no zero points");
        assertEquals(Optional.empty(), stacked(integers(2, 0, false, null), second), "zero points");
        assertEquals(Optional.empty(), stacked(first, integers(3, 3, true, null)), "a gap");
        assertEquals(Optional.empty(), stacked(first, integers(3, 2, true, order)), "another order of inputs");
        assertEquals(Optional.empty(), stacked(first, floats(3, 164)), "floats");
        assertEquals(
                Optional.empty(),
                stacked(
                        first,
                        new Quantized(
                                second.packed(),
                                second.scales(),
                                second.zeroPoints(),
                                null,
                                new QuantizedFormat(4, 64, 4))),
                "other blocks");
        Location moved = new Location("a", DType.F32, List.of(3L, 2L), 1024, 24);
        assertEquals(
                Optional.empty(),
                stacked(first, new Quantized(second.packed(), moved, second.zeroPoints(), null, FORMAT)),
                "scales apart");
    }
}
