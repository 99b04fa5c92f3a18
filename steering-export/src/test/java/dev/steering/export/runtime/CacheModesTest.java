package dev.steering.export.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.runtime.ForwardRequest;
import dev.steering.core.runtime.KeyValueCache;
import dev.steering.core.runtime.LanguageModel;
import dev.steering.core.safetensors.DType;
import dev.steering.export.runtime.ToyDecoder.Layout;
import dev.steering.export.runtime.ToyDecoder.Positions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way of padding, counting positions and keeping a cache gives what each row alone would. */
class CacheModesTest {
    private static final double TOLERANCE = 2e-5;

    /** Keys that were rotated for other slots are rounded otherwise. */
    private static final double HALF_TOLERANCE = 5e-3;

    @TempDir
    private Path directory;

    static List<ToyDecoder> decoders() {
        List<ToyDecoder> decoders = new ArrayList<>();
        for (Padding padding : Padding.values()) {
            for (Positions positions : Positions.values()) {
                for (Layout layout : Layout.values()) {
                    DType integers = (decoders.size() & 1) == 0 ? DType.I64 : DType.I32;
                    decoders.add(new ToyDecoder(padding, positions, layout, integers));
                }
            }
        }
        return decoders;
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void foreignGraphs(ToyDecoder decoder) {
        decoder.write(directory);
        try (LanguageModel model = LanguageModel.open(directory)) {
            new PassContract(model, decoder.layout() == Layout.HALF ? HALF_TOLERANCE : TOLERANCE).holds();
        }
    }

    @Test
    void graphsOfOurOwn() {
        try (LanguageModel model = TestModel.open(directory)) {
            new PassContract(model, TOLERANCE).holds();
        }
    }

    @Test
    void aRetiredRowStaysAsItIs() {
        new ToyDecoder(Padding.LEFT, Positions.GIVEN, Layout.SPLIT, DType.I64).write(directory);
        try (LanguageModel model = LanguageModel.open(directory);
                KeyValueCache cache = model.newCache(2, 9)) {
            model.forward(ForwardRequest.of(List.of(new int[] {3, 4}, new int[] {5})), cache);
            cache.retire(1);
            model.forward(ForwardRequest.of(List.of(new int[] {3}, new int[] {0})), cache);
            assertEquals(3, cache.length(0));
            assertEquals(1, cache.length(1));
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> cache.rewind(1, 0));
            assertEquals("cannot rewind row 1: it is retired", e.getMessage());
        }
    }
}
