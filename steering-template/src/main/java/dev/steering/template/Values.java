package dev.steering.template;

import java.util.AbstractList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The values a template meets for which Java has no type.
 *
 * <p>The others are {@link String}, {@link Boolean}, {@link Long}, {@link java.math.BigInteger} (only beyond the range of
 * {@code Long}), {@link Double}, {@link List} and {@link Map}. Lists and maps are never changed once made, so they are
 * shared freely.
 */
final class Values {
    private Values() {}

    /** Python's {@code None}; never a Java null. */
    enum None {
        NONE
    }

    record Tuple(List<Object> items) {
        static Tuple of(Object... items) {
            return new Tuple(List.of(items));
        }
    }

    /** What {@code dict.keys()}, {@code .values()} and {@code .items()} return. */
    record DictView(String type, List<Object> items) {}

    /** {@code range(...)}: its elements are made when asked for. */
    static final class Range extends AbstractList<Object> {
        private final long start;
        private final long stop;
        private final long step;
        private final int size;

        Range(long start, long stop, long step, int size) {
            this.start = start;
            this.stop = stop;
            this.step = step;
            this.size = size;
        }

        @Override
        public Object get(int index) {
            return start + index * step;
        }

        @Override
        public int size() {
            return size;
        }

        String describe() {
            return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
        }
    }

    /** A Python iterator, which can be walked once, has no length and is always true. */
    static final class Generator {
        private final String type;
        private final Supplier<List<Object>> source;
        private boolean used;

        Generator(String type, Supplier<List<Object>> source) {
            this.type = type;
            this.source = source;
        }

        Generator(Supplier<List<Object>> source) {
            this("generator", source);
        }

        String type() {
            return type;
        }

        List<Object> drain() {
            if (used) {
                return List.of();
            }
            used = true;
            return source.get();
        }
    }

    /** {@code namespace(...)}: the one thing a template can change. */
    static final class Namespace {
        private final Map<Object, Object> attributes;

        Namespace(Map<Object, Object> attributes) {
            this.attributes = new LinkedHashMap<>(attributes);
        }

        Map<Object, Object> attributes() {
            return attributes;
        }
    }

    /** Something with attributes of its own: {@code loop}, a macro, a cycler. */
    interface HasAttributes {
        /** @return the attribute, or an {@link Undefined} */
        Object attribute(String name);
    }

    /** Something that can be called. */
    interface Callable {
        Object call(Args args);
    }

    /** A function or method; {@code type} is what Python calls its class. */
    record Function(String type, String name, Callable body) implements Callable {
        static Function method(String name, Callable body) {
            return new Function("builtin_function_or_method", name, body);
        }

        static Function global(String name, Callable body) {
            return new Function("function", name, body);
        }

        @Override
        public Object call(Args args) {
            return body.call(args);
        }
    }
}
