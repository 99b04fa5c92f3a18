package dev.steering.template;

import dev.steering.template.Values.Callable;
import dev.steering.template.Values.HasAttributes;
import dev.steering.template.Values.Namespace;
import dev.steering.template.Values.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code value.name}, {@code value[key]} and slices, as the immutable sandbox allows them.
 *
 * <p>Only what is listed in the method classes exists. Attributes that Python would have but the sandbox hides (everything
 * with a leading underscore, methods that change their object) are {@link Undefined} with the sandbox's message.
 */
final class Members {
    private static final Set<String> CHANGES_LIST =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> CHANGES_DICT = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private Members() {}

    /** Bounds of a slice; an absent one is null. */
    record Slice(@Nullable Object start, @Nullable Object stop, @Nullable Object step) {
        @Override
        public String toString() {
            return "slice(" + part(start) + ", " + part(stop) + ", " + part(step) + ")";
        }

        private static Object part(@Nullable Object bound) {
            return bound == null || bound == Values.None.NONE ? "None" : bound;
        }
    }

    static Object attribute(Object value, String name, Budget budget) {
        Object attribute = ownAttribute(value, name, budget);
        if (attribute == null) {
            attribute = item(value, name, budget);
        }
        return attribute == null ? Undefined.member(value, name, budget) : attribute;
    }

    static Object subscript(Object value, Object key, Budget budget) {
        if (value instanceof Undefined undefined) {
            throw undefined.fail();
        }
        if (key instanceof Slice slice) {
            return part(value, slice(value, slice, budget), budget);
        }
        Object item = item(value, key, budget);
        if (item == null && key instanceof String name) {
            item = ownAttribute(value, name, budget);
        }
        return item == null ? Undefined.member(value, key, budget) : part(value, item, budget);
    }

    /** A part of text that is marked as safe is so, too. */
    private static Object part(Object value, Object part, Budget budget) {
        return part instanceof String text && Markup.is(value, budget) ? Markup.mark(text, budget) : part;
    }

    private static @Nullable Object ownAttribute(Object value, String name, Budget budget) {
        if (value instanceof Undefined undefined) {
            throw undefined.fail();
        }
        if (value instanceof Namespace namespace) {
            return namespace.attributes().get(name);
        }
        boolean internal = name.length() > 4 && name.startsWith("__") && name.endsWith("__");
        boolean changes = (value instanceof Map && CHANGES_DICT.contains(name))
                || (Types.name(value).equals("list") && CHANGES_LIST.contains(name));
        if (internal || changes) {
            return Undefined.unsafe(value, name);
        }
        if (value instanceof HasAttributes object) {
            return object.attribute(name);
        }
        Callable method = null;
        if (value instanceof String text) {
            method = budget.isMarked(text) ? Markup.method(text, name, budget) : StringMethods.find(text, name, budget);
        } else if (value instanceof Map) {
            method = CollectionMethods.ofDict(Types.dict(value), name, budget);
        } else if (value instanceof List || value instanceof Tuple) {
            method = CollectionMethods.ofSequence(value, name, budget);
        }
        return method == null ? null : Values.Function.method(name, method);
    }

    /** {@code value[key]} alone, or null where Python raises a {@code LookupError} or {@code TypeError}. */
    private static @Nullable Object item(Object value, Object key, Budget budget) {
        if (value instanceof Map) {
            boolean hashable = !(key instanceof List) && !(key instanceof Map);
            return hashable ? Dicts.get(Types.dict(value), key, budget) : null;
        }
        boolean sequence = value instanceof String || value instanceof List || value instanceof Tuple;
        if (!sequence || !Numbers.isInteger(key)) {
            return null;
        }
        long size = Types.length(value, budget);
        long index = Numbers.index(key);
        index = index < 0 ? index + size : index;
        if (index < 0 || index >= size) {
            return null;
        }
        return value instanceof String text
                ? CodePoints.at(text, (int) index)
                : Types.elements(value, budget).get((int) index);
    }

    /** Unlike a missing item, a slice that cannot be made is an error at once. */
    private static Object slice(Object value, Slice slice, Budget budget) {
        checkSliceable(value, slice);
        int size = (int) Types.length(value, budget);
        int step = bound(slice.step(), 1);
        if (step == 0) {
            throw new EvalError("slice step cannot be zero");
        }
        int start = clamp(slice.start(), step > 0 ? 0 : size - 1, size, step);
        int stop = clamp(slice.stop(), step > 0 ? size : -1, size, step);
        if (value instanceof String text && step == 1) {
            return substring(text, start, Math.max(start, stop), budget);
        }
        List<Object> items = Types.elements(value, budget);
        List<Object> picked = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            picked.add(items.get((int) i));
        }
        budget.elements(picked.size());
        if (value instanceof String) {
            StringBuilder text = new StringBuilder();
            picked.forEach(text::append);
            return text.toString();
        }
        return value instanceof Tuple ? new Tuple(picked) : picked;
    }

    private static String substring(String text, int start, int stop, Budget budget) {
        int from = CodePoints.offset(text, start);
        int to = text.offsetByCodePoints(from, stop - start);
        budget.allocate(to - from);
        return text.substring(from, to);
    }

    private static void checkSliceable(Object value, Slice slice) {
        if (value instanceof Map) {
            throw new EvalError("unhashable type: 'slice'");
        }
        if (!(value instanceof String || value instanceof List || value instanceof Tuple)) {
            throw new EvalError("'" + Types.name(value) + "' object is not subscriptable");
        }
        if (!isBound(slice.start()) || !isBound(slice.stop()) || !isBound(slice.step())) {
            throw new EvalError("slice indices must be integers or None or have an __index__ method");
        }
    }

    private static boolean isBound(@Nullable Object bound) {
        return bound == null || bound == Values.None.NONE || Numbers.isInteger(bound);
    }

    private static int bound(@Nullable Object bound, int fallback) {
        return bound == null || bound == Values.None.NONE ? fallback : Numbers.index(bound);
    }

    private static int clamp(@Nullable Object bound, int fallback, int size, int step) {
        if (bound == null || bound == Values.None.NONE) {
            return fallback;
        }
        long index = Numbers.index(bound);
        index = index < 0 ? index + size : index;
        int lowest = step > 0 ? 0 : -1;
        int highest = step > 0 ? size : size - 1;
        return (int) Math.max(lowest, Math.min(highest, index));
    }
}
