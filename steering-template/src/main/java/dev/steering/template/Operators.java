package dev.steering.template;

import dev.steering.template.Values.Tuple;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Python's arithmetic operators, with Python's messages when the operands do not fit. */
final class Operators {
    private Operators() {}

    static Object binary(String operator, Object a, Object b, Budget budget) {
        boolean texts = a instanceof String || b instanceof String;
        return texts ? Markup.binary(operator, a, b, budget) : unmarked(operator, a, b, budget);
    }

    /** The same, but for what becomes of text that is marked as safe. */
    static Object unmarked(String operator, Object a, Object b, Budget budget) {
        if (a instanceof Long x && b instanceof Long y && (operator.equals("+") || operator.equals("-"))) {
            return operator.equals("+") ? addLongs(x, y) : addLongs(x, -y, y);
        }
        // jinja2's Undefined answers to every operator, except on the right of a string's %
        if (a instanceof Undefined undefined) {
            throw undefined.fail();
        } else if (b instanceof Undefined undefined && !(a instanceof String && operator.equals("%"))) {
            throw undefined.fail();
        }
        if (Numbers.isNumber(a) && Numbers.isNumber(b)) {
            boolean integers = Numbers.isInteger(a) && Numbers.isInteger(b);
            return integers
                    ? Arithmetic.integers(operator, Numbers.big(a), Numbers.big(b))
                    : Arithmetic.doubles(operator, Numbers.toDouble(a), Numbers.toDouble(b));
        }
        return switch (operator) {
            case "+" -> add(a, b, budget);
            case "*" -> multiply(a, b, budget);
            case "%" -> a instanceof String format ? Printf.format(format, b, false, budget) : unsupported("%", a, b);
            case "**" -> unsupported("** or pow()", a, b);
            default -> unsupported(operator, a, b);
        };
    }

    private static Object addLongs(long x, long y) {
        long sum = x + y;
        boolean overflow = ((x ^ sum) & (y ^ sum)) < 0;
        return overflow ? Numbers.normal(BigInteger.valueOf(x).add(BigInteger.valueOf(y))) : (Object) sum;
    }

    /** {@code x - y}, where {@code minusY} is {@code -y} unless that overflows. */
    private static Object addLongs(long x, long minusY, long y) {
        return y == Long.MIN_VALUE
                ? Numbers.normal(BigInteger.valueOf(x).subtract(BigInteger.valueOf(y)))
                : addLongs(x, minusY);
    }

    private static Object add(Object a, Object b, Budget budget) {
        if (a instanceof String x) {
            if (b instanceof String y) {
                budget.allocate((long) x.length() + y.length());
                return x.concat(y);
            }
            throw cannotConcatenate("str", b);
        } else if (a instanceof Tuple x) {
            if (b instanceof Tuple y) {
                return new Tuple(join(x.items(), y.items(), budget));
            }
            throw cannotConcatenate("tuple", b);
        } else if (Types.name(a).equals("list")) {
            if (Types.name(b).equals("list")) {
                return join(Types.elements(a, budget), Types.elements(b, budget), budget);
            }
            throw cannotConcatenate("list", b);
        }
        return unsupported("+", a, b);
    }

    private static EvalError cannotConcatenate(String type, Object b) {
        return new EvalError("can only concatenate " + type + " (not \"" + Types.name(b) + "\") to " + type);
    }

    private static List<Object> join(List<Object> a, List<Object> b, Budget budget) {
        budget.elements((long) a.size() + b.size());
        List<Object> joined = new ArrayList<>(a);
        joined.addAll(b);
        return joined;
    }

    private static Object multiply(Object a, Object b, Budget budget) {
        if (isSequence(a) && Numbers.isInteger(b)) {
            return repeat(a, Math.max(0, Numbers.index(b)), budget);
        } else if (isSequence(b) && Numbers.isInteger(a)) {
            return repeat(b, Math.max(0, Numbers.index(a)), budget);
        } else if (isSequence(a) || isSequence(b)) {
            Object other = isSequence(a) ? b : a;
            throw new EvalError("can't multiply sequence by non-int of type '" + Types.name(other) + "'");
        }
        return unsupported("*", a, b);
    }

    private static boolean isSequence(Object value) {
        return value instanceof String
                || value instanceof Tuple
                || Types.name(value).equals("list");
    }

    private static Object repeat(Object sequence, int times, Budget budget) {
        if (sequence instanceof String text) {
            budget.allocate((long) text.length() * times);
            return text.repeat(times);
        }
        List<Object> items = Types.elements(sequence, budget);
        budget.elements((long) items.size() * times);
        List<Object> repeated = new ArrayList<>(items.size() * times);
        for (int i = 0; i < times && !items.isEmpty(); i++) {
            repeated.addAll(items);
        }
        return sequence instanceof Tuple ? new Tuple(repeated) : repeated;
    }

    private static Object unsupported(String operator, Object a, Object b) {
        throw new EvalError("unsupported operand type(s) for " + operator + ": '" + Types.name(a) + "' and '"
                + Types.name(b) + "'");
    }

    static Object unary(String operator, Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.fail();
        } else if (value instanceof Double d) {
            return operator.equals("-") ? -d : d;
        } else if (Numbers.isInteger(value)) {
            BigInteger big = Numbers.big(value);
            return Numbers.normal(operator.equals("-") ? big.negate() : big);
        }
        throw new EvalError("bad operand type for unary " + operator + ": '" + Types.name(value) + "'");
    }
}
