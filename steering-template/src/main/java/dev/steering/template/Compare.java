package dev.steering.template;

import dev.steering.template.Values.Tuple;
import java.util.List;
import java.util.Map;

/** Equality, order and membership. */
final class Compare {
    private Compare() {}

    /** One of {@code == != < <= > >= in}, or {@code not in}. */
    static boolean test(String operator, Object a, Object b, Budget budget) {
        return switch (operator) {
            case "==" -> equal(a, b, budget);
            case "!=" -> !equal(a, b, budget);
            case "in" -> contains(b, a, budget);
            case "not in" -> !contains(b, a, budget);
            default -> ordered(operator, a, b, budget, 0);
        };
    }

    static boolean equal(Object a, Object b, Budget budget) {
        return equal(a, b, budget, 0);
    }

    private static boolean equal(Object a, Object b, Budget budget, int depth) {
        budget.step();
        Budget.nesting(depth);
        if (a instanceof String x && b instanceof String y) {
            budget.scan(Math.min(x.length(), y.length()));
            return x.equals(y);
        } else if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            return !Numbers.isNaN(a) && !Numbers.isNaN(b) && Numbers.compare(a, b) == 0;
        } else if (a instanceof List<?> && b instanceof List<?> && Types.name(a).equals(Types.name(b))) {
            return sameElements(Types.elements(a, budget), Types.elements(b, budget), budget, depth);
        } else if (a instanceof Tuple x && b instanceof Tuple y) {
            return sameElements(x.items(), y.items(), budget, depth);
        } else if (a instanceof Map<?, ?> && b instanceof Map<?, ?>) {
            return sameEntries(Types.dict(a), Types.dict(b), budget, depth);
        }
        return a == b || (a instanceof Undefined && b instanceof Undefined);
    }

    private static boolean sameElements(List<Object> a, List<Object> b, Budget budget, int depth) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!equal(a.get(i), b.get(i), budget, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameEntries(Map<Object, Object> a, Map<Object, Object> b, Budget budget, int depth) {
        if (a.size() != b.size()) {
            return false;
        }
        for (Map.Entry<Object, Object> entry : a.entrySet()) {
            Object other = Dicts.get(b, entry.getKey(), budget);
            if (other == null || !equal(entry.getValue(), other, budget, depth + 1)) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code a < b}; used for sorting. */
    static boolean less(Object a, Object b, Budget budget) {
        return ordered("<", a, b, budget, 0);
    }

    private static boolean ordered(String operator, Object a, Object b, Budget budget, int depth) {
        budget.step();
        Budget.nesting(depth);
        if (a instanceof String x && b instanceof String y) {
            budget.scan(Math.min(x.length(), y.length()));
            return holds(operator, CodePoints.compare(x, y));
        } else if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            return !Numbers.isNaN(a) && !Numbers.isNaN(b) && holds(operator, Numbers.compare(a, b));
        }
        boolean lists = Types.name(a).equals("list") && Types.name(b).equals("list");
        if (lists || (a instanceof Tuple && b instanceof Tuple)) {
            return orderedElements(operator, Types.elements(a, budget), Types.elements(b, budget), budget, depth);
        }
        if (a instanceof Undefined undefined) {
            throw undefined.fail();
        } else if (b instanceof Undefined undefined) {
            throw undefined.fail();
        }
        throw new EvalError("'" + operator + "' not supported between instances of '" + Types.name(a) + "' and '"
                + Types.name(b) + "'");
    }

    private static boolean orderedElements(String operator, List<Object> a, List<Object> b, Budget budget, int depth) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            if (!equal(a.get(i), b.get(i), budget, depth + 1)) {
                return ordered(operator, a.get(i), b.get(i), budget, depth + 1);
            }
        }
        return holds(operator, Integer.compare(a.size(), b.size()));
    }

    private static boolean holds(String operator, int comparison) {
        return switch (operator) {
            case "<" -> comparison < 0;
            case "<=" -> comparison <= 0;
            case ">" -> comparison > 0;
            case ">=" -> comparison >= 0;
            default -> throw new IllegalArgumentException(operator);
        };
    }

    /** {@code item in container}. */
    static boolean contains(Object container, Object item, Budget budget) {
        if (container instanceof String text) {
            if (!(item instanceof String part)) {
                throw new EvalError("'in <string>' requires string as left operand, not " + Types.name(item));
            }
            return Search.first(text, part, 0, budget) >= 0;
        } else if (container instanceof Map<?, ?>) {
            return Dicts.get(Types.dict(container), item, budget) != null;
        } else if (!Types.isIterable(container)) {
            throw new EvalError("argument of type '" + Types.name(container) + "' is not iterable");
        }
        for (Object element : Types.elements(container, budget)) {
            if (element == item || equal(element, item, budget)) {
                return true;
            }
        }
        return false;
    }
}
