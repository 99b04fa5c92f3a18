package dev.steering.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The filters, by name: {@code value|name(args)}. */
final class Filters {
    private static final Map<String, Filter> BY_NAME = new HashMap<>();

    static {
        BY_NAME.putAll(TextFilters.all());
        BY_NAME.putAll(SequenceFilters.all());
        BY_NAME.putAll(SelectionFilters.all());
        BY_NAME.putAll(NumberFilters.all());
        BY_NAME.putAll(Markup.filters());
    }

    private Filters() {}

    /** One filter. */
    @FunctionalInterface
    interface Filter {
        Object apply(Object value, Args args, Budget budget);
    }

    static Object apply(String name, Object value, Args args, Budget budget) {
        Filter filter = BY_NAME.get(name);
        if (filter == null) {
            throw new EvalError("No filter named " + Repr.quote(name) + ".");
        }
        budget.step();
        return Markup.filter(name, filter, value, args, budget);
    }

    static Set<String> names() {
        return BY_NAME.keySet();
    }
}
