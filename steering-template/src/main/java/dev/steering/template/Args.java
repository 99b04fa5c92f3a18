package dev.steering.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Evaluated arguments of a call. */
record Args(List<Object> positional, Map<String, Object> keywords) {
    static final Args NONE = new Args(List.of(), Map.of());

    static Args of(Object... positional) {
        return new Args(List.of(positional), Map.of());
    }

    /** The same without the first {@code n} positional arguments. */
    Args skip(int n) {
        return new Args(positional.subList(Math.min(n, positional.size()), positional.size()), keywords);
    }

    Args with(String keyword, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(keywords);
        more.put(keyword, value);
        return new Args(positional, more);
    }

    /** Assigns the arguments to parameters as Python does. */
    Bound bind(String function, String... parameters) {
        if (positional.size() > parameters.length) {
            throw new EvalError(function + "() takes at most " + parameters.length + " arguments (" + positional.size()
                    + " given)");
        }
        List<@Nullable Object> values = new ArrayList<>(positional);
        while (values.size() < parameters.length) {
            values.add(null);
        }
        for (Map.Entry<String, Object> keyword : keywords.entrySet()) {
            int index = Arrays.asList(parameters).indexOf(keyword.getKey());
            if (index < 0) {
                throw new EvalError(function + "() got an unexpected keyword argument '" + keyword.getKey() + "'");
            }
            if (values.set(index, keyword.getValue()) != null) {
                throw new EvalError(function + "() got multiple values for argument '" + keyword.getKey() + "'");
            }
        }
        return new Bound(function, List.of(parameters), values);
    }

    /** Arguments by parameter; an absent one is null. */
    record Bound(String function, List<String> parameters, List<@Nullable Object> values) {
        boolean has(int index) {
            return values.get(index) != null;
        }

        /** Absent and {@code None} are the same. */
        boolean hasValue(int index) {
            return has(index) && values.get(index) != Values.None.NONE;
        }

        Object required(int index) {
            Object value = values.get(index);
            if (value == null) {
                throw new EvalError(
                        function + "() missing 1 required positional argument: '" + parameters.get(index) + "'");
            }
            return value;
        }

        Object get(int index, Object fallback) {
            Object value = values.get(index);
            return value == null ? fallback : value;
        }

        String string(int index) {
            Object value = required(index);
            if (value instanceof String text) {
                return text;
            }
            throw new EvalError(function + "() argument " + (index + 1) + " must be str, not " + Types.name(value));
        }

        /** An integer, cut off to the range of int. */
        int integer(int index, int fallback) {
            return hasValue(index) ? Numbers.index(required(index)) : fallback;
        }

        boolean truth(int index, boolean fallback) {
            return has(index) ? Types.truth(required(index)) : fallback;
        }
    }
}
