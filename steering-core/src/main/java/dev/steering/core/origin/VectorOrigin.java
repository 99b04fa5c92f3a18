package dev.steering.core.origin;

import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which file a steering vector came in from, which layers it had there, and how the tool that it is from would apply it. Immutable.
 *
 * @param format short name of the file's format, such as {@code gguf}
 * @param tool the tool that wrote it, as far as the file tells: {@code repeng}, {@code llama.cpp-generator}, {@code EasySteer},
 *     {@code activation-steering}; otherwise {@code unknown}
 * @param layers layers that have a direction, 0-based, ascending; the others' rows are zero
 * @param open whether the model may have more layers than the vector has rows: the file does not say how many there are
 * @param use how the tool applies it unless told otherwise; null where none does
 */
public record VectorOrigin(String format, String tool, List<Integer> layers, boolean open, @Nullable ImpliedUse use) {
    /** @throws IllegalArgumentException if there are no layers or one is negative */
    public VectorOrigin {
        layers = List.copyOf(new TreeSet<>(layers));
        if (layers.isEmpty() || layers.get(0) < 0) {
            throw new IllegalArgumentException("expected layers from 0 on, found " + layers);
        }
    }

    /**
     * How a tool applies a vector unless told otherwise: {@code h + strength * row}.
     *
     * @param layers where it is added, 0-based, ascending
     * @param strength what multiplies the rows as they are
     * @param everyPosition whether at every position, those of the prompt among them
     */
    public record ImpliedUse(List<Integer> layers, double strength, boolean everyPosition) {
        /** @throws IllegalArgumentException if the strength is not finite */
        public ImpliedUse {
            layers = List.copyOf(new TreeSet<>(layers));
            if (!Double.isFinite(strength)) {
                throw new IllegalArgumentException("expected a finite strength, found " + strength);
            }
        }
    }

    /**
     * @param wanted layers
     * @return the first of them that has no direction; null if all have one
     */
    public @Nullable Integer without(Collection<Integer> wanted) {
        return wanted.stream()
                .filter(layer -> !layers.contains(layer))
                .findFirst()
                .orElse(null);
    }

    /**
     * @param layers layers in ascending order
     * @return them in words: {@code 1-5} where they are consecutive, else {@code 1, 3, 5}
     */
    public static String words(List<Integer> layers) {
        if (layers.isEmpty()) {
            return "none";
        }
        int first = layers.get(0);
        int last = layers.get(layers.size() - 1);
        boolean consecutive = last - first == layers.size() - 1;
        if (consecutive && layers.size() > 1) {
            return first + "-" + last;
        }
        return layers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
