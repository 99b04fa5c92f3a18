package dev.steering.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The {@code attribute} parameter of filters: {@code "function.name"} or {@code 0}; several for sorting, with commas. */
final class Attributes {
    private final List<List<Object>> paths = new ArrayList<>();
    private final Budget budget;

    /** @param attribute what the template gave, null or None for the item itself */
    Attributes(@Nullable Object attribute, Budget budget) {
        this(attribute, false, budget);
    }

    Attributes(@Nullable Object attribute, boolean several, Budget budget) {
        this.budget = budget;
        if (attribute instanceof String names) {
            budget.elements(names.length());
            List<String> all = several ? Arrays.asList(names.split(",", -1)) : List.of(names);
            all.forEach(name -> paths.add(path(name)));
        } else {
            boolean itself = attribute == null || attribute == Values.None.NONE;
            paths.add(itself ? List.of() : List.of(attribute));
        }
    }

    private static List<Object> path(String name) {
        List<Object> path = new ArrayList<>();
        for (String part : name.split("\\.", -1)) {
            boolean index =
                    !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            path.add(index ? (Object) Long.valueOf(part) : part);
        }
        return path;
    }

    /** The attribute of one item; of the first path if there are several. */
    Object get(Object item) {
        return follow(item, paths.get(0), null);
    }

    Object get(Object item, @Nullable Object fallback) {
        return follow(item, paths.get(0), fallback);
    }

    /** What a sort compares: one value per path, strings without their case unless asked for. */
    Object sortKey(Object item, boolean caseSensitive) {
        List<Object> key = new ArrayList<>(paths.size());
        paths.forEach(path -> key.add(fold(follow(item, path, null), caseSensitive, budget)));
        return key;
    }

    static Object fold(Object value, boolean caseSensitive, Budget budget) {
        if (caseSensitive || !(value instanceof String text)) {
            return value;
        }
        budget.allocate(text.length());
        return LetterCase.lower(text);
    }

    private Object follow(Object item, List<Object> path, @Nullable Object fallback) {
        Object value = item;
        for (Object part : path) {
            budget.step();
            value = Members.subscript(value, part, budget);
            if (fallback != null && value instanceof Undefined) {
                value = fallback;
            }
        }
        return value;
    }
}
