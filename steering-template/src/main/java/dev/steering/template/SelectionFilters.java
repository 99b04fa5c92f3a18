package dev.steering.template;

import dev.steering.template.Filters.Filter;
import dev.steering.template.Values.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Filters that apply other filters and tests to every element, and {@code default} and {@code attr}. */
final class SelectionFilters {
    private SelectionFilters() {}

    static Map<String, Filter> all() {
        return Map.of(
                "map",
                SelectionFilters::map,
                "select",
                (value, args, budget) -> select(value, args, budget, false, true),
                "reject",
                (value, args, budget) -> select(value, args, budget, false, false),
                "selectattr",
                (value, args, budget) -> select(value, args, budget, true, true),
                "rejectattr",
                (value, args, budget) -> select(value, args, budget, true, false),
                "default",
                SelectionFilters::orDefault,
                "d",
                SelectionFilters::orDefault,
                "attr",
                SelectionFilters::attribute);
    }

    private static Object map(Object value, Args args, Budget budget) {
        return new Generator(() -> {
            List<Object> mapped = new ArrayList<>();
            if (Types.truth(value)) {
                UnaryOperator<Object> function = mapping(args, budget);
                for (Object item : Types.elements(value, budget)) {
                    budget.elements(1);
                    mapped.add(function.apply(item));
                }
            }
            return mapped;
        });
    }

    private static UnaryOperator<Object> mapping(Args args, Budget budget) {
        if (args.positional().isEmpty() && args.keywords().containsKey("attribute")) {
            Args.Bound bound = args.bind("map", "attribute", "default");
            Attributes attributes = new Attributes(bound.required(0), budget);
            return item -> bound.hasValue(1) ? attributes.get(item, bound.required(1)) : attributes.get(item);
        }
        if (args.positional().isEmpty()) {
            throw new EvalError("map requires a filter argument");
        }
        String name = Repr.str(args.positional().get(0), budget);
        Args rest = args.skip(1);
        return item -> Filters.apply(name, item, rest, budget);
    }

    private static Object select(Object value, Args args, Budget budget, boolean byAttribute, boolean wanted) {
        return new Generator(() -> {
            List<Object> kept = new ArrayList<>();
            if (Types.truth(value)) {
                Predicate<Object> test = selection(args, byAttribute, budget);
                for (Object item : Types.elements(value, budget)) {
                    budget.elements(1);
                    if (test.test(item) == wanted) {
                        kept.add(item);
                    }
                }
            }
            return kept;
        });
    }

    private static Predicate<Object> selection(Args args, boolean byAttribute, Budget budget) {
        if (byAttribute && args.positional().isEmpty()) {
            throw new EvalError("Missing parameter for attribute name");
        }
        Attributes attributes = new Attributes(byAttribute ? args.positional().get(0) : null, budget);
        Args rest = args.skip(byAttribute ? 1 : 0);
        if (rest.positional().isEmpty()) {
            return item -> Types.truth(attributes.get(item));
        }
        String name = Repr.str(rest.positional().get(0), budget);
        Args testArgs = rest.skip(1);
        return item -> Tests.apply(name, attributes.get(item), testArgs, budget);
    }

    private static Object orDefault(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("default", "default_value", "boolean");
        boolean absent = value instanceof Undefined || (bound.truth(1, false) && !Types.truth(value));
        return absent ? bound.get(0, "") : value;
    }

    /** Unlike {@code value.name}, never an item. */
    private static Object attribute(Object value, Args args, Budget budget) {
        String name = args.bind("attr", "name").string(0);
        return value instanceof Map && !(Members.attribute(Map.of(), name, budget) instanceof Values.Function)
                ? Undefined.member(value, name, budget)
                : Members.attribute(value, name, budget);
    }
}
