package dev.steering.template;

import dev.steering.template.Values.DictView;
import dev.steering.template.Values.Function;
import dev.steering.template.Values.Generator;
import dev.steering.template.Values.Namespace;
import dev.steering.template.Values.None;
import dev.steering.template.Values.Range;
import dev.steering.template.Values.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What Python knows of any value: its type's name, whether it is true, its length and its elements. */
final class Types {
    private Types() {}

    /** {@code type(value).__name__}. */
    static String name(Object value) {
        if (value instanceof String) {
            return "str";
        } else if (value instanceof Boolean) {
            return "bool";
        } else if (Numbers.isInteger(value)) {
            return "int";
        } else if (value instanceof Double) {
            return "float";
        } else if (value instanceof Map) {
            return "dict";
        } else if (value instanceof Range) {
            return "range";
        } else if (value instanceof List) {
            return "list";
        } else if (value instanceof Tuple) {
            return "tuple";
        } else if (value == None.NONE) {
            return "NoneType";
        } else if (value instanceof DictView view) {
            return view.type();
        } else if (value instanceof Generator generator) {
            return generator.type();
        } else if (value instanceof Function function) {
            return function.type();
        }
        return value.getClass().getSimpleName();
    }

    /** How jinja2's messages call the owner of a missing attribute. */
    static String describe(Object value) {
        if (value == None.NONE) {
            return "None";
        } else if (value instanceof Namespace || value instanceof Cycler) {
            return "jinja2.utils." + name(value) + " object";
        } else if (value instanceof Macro || value instanceof LoopContext) {
            return "jinja2.runtime." + name(value) + " object";
        }
        return name(value) + " object";
    }

    static boolean truth(Object value) {
        if (value instanceof Boolean b) {
            return b;
        } else if (value instanceof String text) {
            return !text.isEmpty();
        } else if (value instanceof Long l) {
            return l != 0;
        } else if (value instanceof Double d) {
            return d != 0;
        } else if (value instanceof List<?> list) {
            return !list.isEmpty();
        } else if (value instanceof Map<?, ?> map) {
            return !map.isEmpty();
        } else if (value instanceof Tuple tuple) {
            return !tuple.items().isEmpty();
        } else if (value instanceof DictView view) {
            return !view.items().isEmpty();
        }
        return value != None.NONE && !(value instanceof Undefined);
    }

    static boolean hasLength(Object value) {
        return value instanceof String
                || value instanceof List
                || value instanceof Map
                || value instanceof Tuple
                || value instanceof DictView
                || value instanceof LoopContext
                || value instanceof Undefined;
    }

    static long length(Object value, Budget budget) {
        if (value instanceof String text) {
            budget.scan(text.length());
            return text.codePointCount(0, text.length());
        } else if (value instanceof List<?> list) {
            return list.size();
        } else if (value instanceof Map<?, ?> map) {
            return map.size();
        } else if (value instanceof LoopContext loop) {
            return loop.size();
        } else if (hasLength(value)) {
            return elements(value, budget).size();
        }
        throw new EvalError("object of type '" + name(value) + "' has no len()");
    }

    static boolean isIterable(Object value) {
        return hasLength(value) || value instanceof Generator;
    }

    /** The elements as a list that must not be changed. Uses a generator up. */
    @SuppressWarnings("unchecked") // lists and dicts hold nothing but our own values
    static List<Object> elements(Object value, Budget budget) {
        if (value instanceof List) {
            return (List<Object>) value;
        } else if (value instanceof Tuple tuple) {
            return tuple.items();
        } else if (value instanceof DictView view) {
            return view.items();
        } else if (value instanceof Map) {
            Map<Object, Object> map = (Map<Object, Object>) value;
            budget.elements(map.size());
            return new ArrayList<>(map.keySet());
        } else if (value instanceof String text) {
            budget.elements(text.length());
            List<Object> characters = new ArrayList<>(text.length());
            text.codePoints().forEach(c -> characters.add(Character.toString(c)));
            return characters;
        } else if (value instanceof Generator generator) {
            // a generator may draw from another, and so on
            budget.enter();
            List<Object> items = generator.drain();
            budget.leave();
            return items;
        } else if (value instanceof Undefined) {
            return List.of();
        }
        throw new EvalError("'" + name(value) + "' object is not iterable");
    }

    @SuppressWarnings("unchecked") // dicts hold nothing but our own values
    static Map<Object, Object> dict(Object value) {
        if (value instanceof Map) {
            return (Map<Object, Object>) value;
        }
        throw new EvalError("expected a dict, found '" + name(value) + "'");
    }
}
