package dev.steering.gradient.rules;

import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of a graph's values while they are collected, and what rules need to compute them. A value that several operators
 * use gets the sum of what they contribute. Not thread-safe.
 */
final class Adjoints {
    private static final long UNKNOWN = -1;

    private final Tape tape;
    private final Set<String> path;
    private final Map<String, List<String>> contributions = new HashMap<>();

    /** @param path the values whose gradients are of interest: all that depend on what is differentiated by */
    Adjoints(Tape tape, Set<String> path) {
        this.tape = tape;
        this.path = path;
    }

    Tape tape() {
        return tape;
    }

    /** Whether a value depends on what is differentiated by: the gradients of others are never computed. */
    boolean wanted(String value) {
        return path.contains(value);
    }

    /**
     * Adds to a value's gradient.
     *
     * @param gradient of the shape that the value was broadcast to
     */
    void add(String value, String gradient) {
        contributions.computeIfAbsent(value, name -> new ArrayList<>()).add(summedTo(value, gradient));
    }

    /** The gradient of a value all of whose users have contributed; null if none has. */
    @Nullable
    String of(String value) {
        List<String> parts = contributions.get(value);
        if (parts == null) {
            return null;
        }
        String sum = parts.size() == 2
                ? tape.node("Add", parts.get(0), parts.get(1))
                : parts.size() == 1 ? parts.get(0) : tape.node("Sum", parts.toArray(String[]::new));
        contributions.put(value, List.of(sum));
        return sum;
    }

    /** The sum over the axes along which a value was repeated to get the gradient's shape. */
    String summedTo(String value, String gradient) {
        Shape shape = tape.shape(value);
        Shape wide = tape.shape(gradient);
        if (wide.equals(shape)) {
            return gradient;
        }
        int missing = wide.rank() - shape.rank();
        long[] axes = IntStream.range(0, wide.rank())
                .filter(i -> i < missing
                        || (shape.axis(i - missing).equals("1") && !wide.axis(i).equals("1")))
                .asLongStream()
                .toArray();
        String summed = sum(gradient, axes);
        return missing == 0 ? summed : reshapedLike(value, summed);
    }

    /** The sum over some axes, which keep the size 1. */
    String sum(String value, long... axes) {
        return tape.node("ReduceSum", Map.of("keepdims", 1L), value, tape.longs(axes));
    }

    /** The gradient's elements in the shape of a value that has as many. */
    String reshapedLike(String value, String gradient) {
        Shape shape = tape.shape(value);
        long[] sizes = sizes(tape.shape(gradient), shape);
        return Arrays.stream(sizes).filter(size -> size == UNKNOWN).count() <= 1
                ? tape.node("Reshape", gradient, tape.longs(sizes))
                : tape.opaque(shape, "Reshape", gradient, sizesOf(value));
    }

    /** What Reshape needs to be told: 0 for a size that stays, {@value #UNKNOWN} for one that only the run knows. */
    private static long[] sizes(Shape from, Shape to) {
        long[] sizes = new long[to.rank()];
        for (int i = 0; i < sizes.length; i++) {
            boolean kept = i < from.rank() && from.axis(i).equals(to.axis(i));
            sizes[i] = to.fixed(i) ? Long.parseLong(to.axis(i)) : kept ? 0 : UNKNOWN;
        }
        return sizes;
    }

    /** Zeros of a value's shape. */
    String zerosLike(String value) {
        Shape shape = tape.shape(value);
        return tape.opaque(shape, "ConstantOfShape", sizesOf(value));
    }

    /** A value's sizes, as the run finds them. */
    String sizesOf(String value) {
        return tape.opaque(Shape.of(tape.shape(value).rank()), "Shape", value);
    }
}
