package dev.steering.template;

import dev.steering.template.Filters.Filter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters that make numbers. */
final class NumberFilters {
    private NumberFilters() {}

    static Map<String, Filter> all() {
        return Map.of(
                "abs", NumberFilters::abs,
                "int", NumberFilters::integer,
                "float", NumberFilters::decimal,
                "round", NumberFilters::round);
    }

    private static Object abs(Object value, Args args, Budget budget) {
        if (value instanceof Double d) {
            return Math.abs(d);
        } else if (Numbers.isInteger(value)) {
            return Numbers.normal(Numbers.big(value).abs());
        }
        throw value instanceof Undefined undefined
                ? undefined.fail()
                : new EvalError("bad operand type for abs(): '" + Types.name(value) + "'");
    }

    private static Object integer(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("int", "default", "base");
        Object fallback = bound.get(0, 0L);
        if (value instanceof Undefined undefined) {
            throw undefined.fail();
        }
        Object exact = value;
        if (value instanceof String text) {
            budget.scan(text.length());
            exact = Numbers.parseInteger(text, bound.integer(1, 10));
            exact = exact == null ? Numbers.parseDouble(text) : exact;
        }
        if (exact instanceof Double d) {
            return Double.isFinite(d) ? Numbers.truncate(d) : fallback;
        }
        return exact != null && Numbers.isInteger(exact) ? Numbers.normal(Numbers.big(exact)) : fallback;
    }

    private static Object decimal(Object value, Args args, Budget budget) {
        Object fallback = args.bind("float", "default").get(0, 0.0);
        if (value instanceof Undefined undefined) {
            throw undefined.fail();
        }
        Double parsed = null;
        if (value instanceof String text) {
            budget.scan(text.length());
            parsed = Numbers.parseDouble(text);
        } else if (Numbers.isNumber(value)) {
            parsed = Numbers.toDouble(value);
        }
        return orElse(parsed, fallback);
    }

    private static Object orElse(@Nullable Double value, Object fallback) {
        return value == null ? fallback : value;
    }

    private static Object round(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("round", "precision", "method");
        Object method = bound.get(1, "common");
        int precision = Math.max(-500, Math.min(500, bound.integer(0, 0)));
        if (!method.equals("common") && !method.equals("ceil") && !method.equals("floor")) {
            throw new EvalError("method must be common, ceil or floor");
        }
        if (!Numbers.isNumber(value)) {
            throw value instanceof Undefined undefined
                    ? undefined.fail()
                    : new EvalError("type " + Types.name(value) + " doesn't define __round__ method");
        }
        if (!method.equals("common")) {
            double scale = Math.pow(10, precision);
            double scaled = Numbers.toDouble(value) * scale;
            return (method.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
        }
        return value instanceof Double d
                ? (Object) Doubles.round(d, precision)
                : Numbers.normal(roundInteger(Numbers.big(value), precision));
    }

    /** Only a negative precision changes an integer. */
    private static BigInteger roundInteger(BigInteger value, int precision) {
        return precision >= 0
                ? value
                : new BigDecimal(value)
                        .setScale(precision, RoundingMode.HALF_EVEN)
                        .toBigInteger();
    }
}
