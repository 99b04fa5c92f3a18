package dev.steering.export.family.spec;

import dev.steering.export.checkpoint.ConfigReader;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Which layers attend within a sliding window: {@code layer_types}, or a family's rule where it is absent or null. */
public final class LayerTypes {
    private static final String KEY = "layer_types";
    private static final String SLIDING = "sliding_attention";
    private static final String FULL = "full_attention";

    private final List<Boolean> sliding;

    private LayerTypes(List<Boolean> sliding) {
        this.sliding = sliding;
    }

    public static LayerTypes read(ConfigReader config, int layers, IntPredicate otherwise) {
        if (!config.has(KEY)) {
            return new LayerTypes(
                    IntStream.range(0, layers).mapToObj(otherwise::test).toList());
        }
        List<String> types = config.texts(KEY, layers);
        types.stream()
                .filter(type -> !type.equals(SLIDING) && !type.equals(FULL))
                .findFirst()
                .ifPresent(type -> {
                    throw config.error(
                            KEY + " \"" + type + "\" is not supported; supported: " + FULL + ", " + SLIDING + ".");
                });
        return new LayerTypes(types.stream().map(SLIDING::equals).toList());
    }

    public boolean sliding(int layer) {
        return sliding.get(layer);
    }

    public boolean anySliding() {
        return sliding.contains(true);
    }

    public boolean allSliding() {
        return !sliding.contains(false);
    }
}
