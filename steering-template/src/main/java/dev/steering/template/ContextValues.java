package dev.steering.template;

import dev.steering.template.Values.None;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Copies what the caller gives into values of ours, so that no object of the caller's is within a template's reach. */
final class ContextValues {
    private ContextValues() {}

    static Map<String, Object> copy(Map<String, ?> context) {
        Map<String, Object> copy = new HashMap<>();
        context.forEach((name, value) -> copy.put(name, copy(value, 0)));
        return copy;
    }

    private static Object copy(@Nullable Object value, int depth) {
        if (depth > Budget.MAX_NESTING) {
            throw new IllegalArgumentException("context values are nested more than " + Budget.MAX_NESTING + " deep");
        }
        if (value == null) {
            return None.NONE;
        } else if (value instanceof CharSequence text) {
            return text.toString();
        } else if (value instanceof Boolean) {
            return value;
        } else if (value instanceof Number number) {
            return number(number);
        } else if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(copy(key, depth + 1), copy(item, depth + 1)));
            return copy;
        } else if (value instanceof Collection<?> items) {
            List<Object> copy = new ArrayList<>(items.size());
            items.forEach(item -> copy.add(copy(item, depth + 1)));
            return copy;
        }
        throw new IllegalArgumentException(
                "a template's context holds null, strings, booleans, numbers, lists and maps;" + " found a "
                        + value.getClass().getName());
    }

    private static Object number(Number number) {
        if (number instanceof BigInteger big) {
            return Numbers.normal(big);
        } else if (number instanceof Double || number instanceof Float || number instanceof BigDecimal) {
            return number.doubleValue();
        }
        return number.longValue();
    }
}
