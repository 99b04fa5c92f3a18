package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.safetensors.DType;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.testkit.ToyDecoder;
import dev.steering.testkit.ToyDecoder.Layout;
import dev.steering.testkit.ToyDecoder.Positions;
import java.io.IOException;
import java.nio.file.Files;
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
            new PassContract(model, tolerance(decoder)).holds();
        }
    }

    private static double tolerance(ToyDecoder decoder) {
        boolean otherSlots = decoder.padding() == Padding.LEFT && decoder.positions() != Positions.GIVEN;
        // Keys that were rotated for other slots are rounded otherwise: up to 0.01 of logits up to 10.
        return decoder.layout() == Layout.HALF && otherSlots ? 2e-2 : TOLERANCE;
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

    @Test
    void leftPaddingInPlaceIsRefused() throws IOException {
        TestModel.open(directory).close();
        Path manifest = directory.resolve("bundle").resolve("steering.json");
        Files.writeString(
                manifest, Files.readString(manifest).replace("\"padding\" : \"RIGHT\"", "\"padding\" : \"LEFT\""));
        SteeringException e =
                assertThrows(SteeringException.class, () -> LanguageModel.open(directory.resolve("bundle")));
        assertTrue(e.getMessage().endsWith("pad on the right, or not at all."), e.getMessage());
    }
}
