package dev.steering.template;

import dev.steering.template.Values.Namespace;
import dev.steering.template.Values.Tuple;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Dict entries by Python's equality of keys.
 *
 * <p>Strings, which all keys of real templates are, go by the hash table; other keys ({@code 1}, {@code 1.0} and
 * {@code True} are one key) are searched for.
 */
final class Dicts {
    private Dicts() {}

    static @Nullable Object get(Map<Object, Object> dict, Object key, Budget budget) {
        Object present = find(dict, key, budget);
        return present == null ? null : dict.get(present);
    }

    /** Keeps the first of two equal keys and the last of the values, as Python does. */
    static void put(Map<Object, Object> dict, Object key, Object value, Budget budget) {
        Object present = find(dict, key, budget);
        dict.put(present == null ? key : present, value);
    }

    private static @Nullable Object find(Map<Object, Object> dict, Object key, Budget budget) {
        if (key instanceof String text) {
            budget.scan(text.length());
            return dict.containsKey(key) ? key : null;
        }
        checkHashable(key);
        for (Object candidate : dict.keySet()) {
            budget.step();
            if (!(candidate instanceof String) && Compare.equal(candidate, key, budget)) {
                return candidate;
            }
        }
        return null;
    }

    static void checkHashable(Object key) {
        checkHashable(key, 0);
    }

    private static void checkHashable(Object key, int depth) {
        Budget.nesting(depth);
        boolean list = key instanceof List && Types.name(key).equals("list");
        if (list || key instanceof Map) {
            throw new EvalError("unhashable type: '" + Types.name(key) + "'");
        }
        if (key instanceof Tuple tuple) {
            tuple.items().forEach(item -> checkHashable(item, depth + 1));
        }
        if (key instanceof Namespace) {
            throw new EvalError("a namespace cannot be a key");
        }
    }
}
