package dev.steering.testkit;

import dev.steering.core.bundle.Bundle;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Cache;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.core.safetensors.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A decoder of one layer with random weights and rotary attention of two heads, as other exporters might have written it: with
 * or without mask, positions and cache, in several types and shapes.
 *
 * @param padding how its bundle says that it is padded; without padding it has no mask
 * @param positions where it gets positions from
 * @param layout its cache
 * @param integers type of its ids, mask and positions
 */
public record ToyDecoder(Padding padding, Positions positions, Layout layout, DType integers) {
    static final int HEADS = 2;
    static final int SIZE = 4;
    static final int HIDDEN = HEADS * SIZE;
    static final int VOCABULARY = 23;
    static final int CONTEXT = 40;

    /** Where positions come from. */
    public enum Positions {
        /** The input position_ids; a table of positions is added to the embeddings, too. */
        GIVEN,
        /** The input cache_position. */
        SLOTS,
        /** The shapes of past and tokens. */
        COUNTED
    }

    /** What the cache looks like. */
    public enum Layout {
        /** There is none. */
        ABSENT,
        /** Keys and values [batch, 2, length, 4]. */
        SPLIT,
        /** The same in half precision. */
        HALF,
        /** One tensor [batch, 2, length, 8]. */
        JOINT,
        /** Keys [2*batch, 4, length], values [2*batch, length, 4]. */
        FOLDED
    }

    /** Writes a bundle. */
    public void write(Path directory) {
        try {
            Files.createDirectories(directory);
            Files.write(directory.resolve("model.onnx"), new ToyGraph(this).build());
            Files.writeString(directory.resolve(Bundle.MANIFEST), Bundle.toJson(manifest()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private BundleManifest manifest() {
        return new BundleManifest(
                "toy",
                "toy",
                1,
                HIDDEN,
                VOCABULARY,
                CONTEXT,
                null,
                "f32",
                "model.onnx",
                "model.onnx",
                signature(),
                null,
                null,
                null,
                null,
                List.of(),
                Map.of(),
                "toy",
                null,
                null,
                List.of());
    }

    /** How the graph wants to be fed. */
    public GraphSignature signature() {
        List<Input> inputs = new ArrayList<>(List.of(new Input("tokens", Role.TOKEN_IDS, integers, 2)));
        if (padding != Padding.NONE) {
            inputs.add(new Input("mask", Role.ATTENTION_MASK, integers, 2));
        }
        if (positions == Positions.GIVEN) {
            inputs.add(new Input("positions", Role.POSITION_IDS, integers, 2));
        } else if (positions == Positions.SLOTS) {
            inputs.add(new Input("positions", Role.CACHE_POSITION, integers, 1));
        }
        inputs.add(new Input("segments", Role.TOKEN_TYPE_IDS, integers, 2));
        CacheMode mode = layout == Layout.ABSENT ? CacheMode.NONE : CacheMode.GROWING;
        return new GraphSignature(inputs, "scores", new Cache(mode, entries()), padding);
    }

    List<CacheEntry> entries() {
        return switch (layout) {
            case ABSENT -> List.of();
            case SPLIT -> split(DType.F32);
            case HALF -> split(DType.F16);
            case JOINT -> List.of(entry("both", DType.F32, "batch", "2", "length", "8"));
            case FOLDED ->
                List.of(
                        entry("key", DType.F32, "2*batch", "4", "length"),
                        entry("value", DType.F32, "2*batch", "length", "4"));
        };
    }

    private static List<CacheEntry> split(DType type) {
        return List.of(
                entry("key", type, "batch", "2", "length", "4"), entry("value", type, "batch", "2", "length", "4"));
    }

    private static CacheEntry entry(String name, DType type, String... shape) {
        return new CacheEntry("past." + name, "present." + name, type, List.of(shape));
    }
}
