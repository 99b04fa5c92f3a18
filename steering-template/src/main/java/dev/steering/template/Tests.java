package dev.steering.template;

import dev.steering.template.Values.Callable;
import dev.steering.template.Values.None;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The tests, by name: {@code value is name(args)}. */
final class Tests {
    private static final Map<String, Test> BY_NAME = new HashMap<>();

    static {
        kinds();
        comparisons();
        numbers();
        simple(
                "filter",
                value -> value instanceof String name && Filters.names().contains(name));
        simple("test", value -> value instanceof String name && BY_NAME.containsKey(name));
    }

    private Tests() {}

    /** One test. */
    @FunctionalInterface
    interface Test {
        boolean holds(Object value, Args args, Budget budget);
    }

    static boolean apply(String name, Object value, Args args, Budget budget) {
        Test test = BY_NAME.get(name);
        if (test == null) {
            throw new EvalError("No test named " + Repr.quote(name) + ".");
        }
        budget.step();
        return test.holds(value, args, budget);
    }

    private static void simple(String name, Predicate<Object> predicate) {
        BY_NAME.put(name, (value, args, budget) -> {
            args.bind(name);
            return predicate.test(value);
        });
    }

    private static void kinds() {
        simple("defined", value -> !(value instanceof Undefined));
        simple("undefined", value -> value instanceof Undefined);
        simple("none", value -> value == None.NONE);
        simple("boolean", value -> value instanceof Boolean);
        simple("true", value -> value.equals(true));
        simple("false", value -> value.equals(false));
        simple("integer", value -> value instanceof Long || value instanceof BigInteger);
        simple("float", value -> value instanceof Double);
        simple("number", Numbers::isNumber);
        simple("string", value -> value instanceof String);
        simple("mapping", value -> value instanceof Map);
        simple("iterable", Types::isIterable);
        simple(
                "sequence",
                value -> Types.hasLength(value)
                        && !(value instanceof Values.DictView)
                        && !(value instanceof LoopContext));
        simple("callable", value -> value instanceof Callable || value instanceof Undefined);
        BY_NAME.put("escaped", (value, args, budget) -> {
            args.bind("escaped");
            return Markup.is(value, budget);
        });
        BY_NAME.put("lower", (value, args, budget) -> LetterCase.isLower(Repr.str(value, budget)));
        BY_NAME.put("upper", (value, args, budget) -> LetterCase.isUpper(Repr.str(value, budget)));
    }

    private static void comparisons() {
        Map<String, List<String>> names = Map.of(
                "==", List.of("==", "eq", "equalto"),
                "!=", List.of("!=", "ne"),
                "<", List.of("<", "lt", "lessthan"),
                "<=", List.of("<=", "le"),
                ">", List.of(">", "gt", "greaterthan"),
                ">=", List.of(">=", "ge"),
                "in", List.of("in"));
        names.forEach((operator, aliases) -> aliases.forEach(name -> BY_NAME.put(
                name,
                (value, args, budget) ->
                        Compare.test(operator, value, args.bind(name, "other").required(0), budget))));
        BY_NAME.put("sameas", (value, args, budget) -> {
            Object other = args.bind("sameas", "other").required(0);
            boolean scalar = value instanceof String || value instanceof Boolean || Numbers.isInteger(value);
            boolean marks = Markup.is(value, budget) || Markup.is(other, budget);
            return value == other || (scalar && !marks && value.equals(other));
        });
    }

    private static void numbers() {
        BY_NAME.put("odd", (value, args, budget) -> remainder(value, 2L, 1L, budget));
        BY_NAME.put("even", (value, args, budget) -> remainder(value, 2L, 0L, budget));
        BY_NAME.put(
                "divisibleby",
                (value, args, budget) ->
                        remainder(value, args.bind("divisibleby", "num").required(0), 0L, budget));
    }

    private static boolean remainder(Object value, Object divisor, Object expected, Budget budget) {
        return Compare.equal(Operators.binary("%", value, divisor, budget), expected, budget);
    }
}
