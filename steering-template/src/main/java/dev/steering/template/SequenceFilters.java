package dev.steering.template;

import dev.steering.template.Filters.Filter;
import dev.steering.template.Values.Generator;
import dev.steering.template.Values.None;
import dev.steering.template.Values.Tuple;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Filters on sequences and dicts that take or order elements. */
final class SequenceFilters {
    private SequenceFilters() {}

    static Map<String, Filter> all() {
        return Map.ofEntries(
                Map.entry("length", (value, args, budget) -> Types.length(value, budget)),
                Map.entry("count", (value, args, budget) -> Types.length(value, budget)),
                Map.entry("list", (value, args, budget) -> list(value, budget)),
                Map.entry("first", SequenceFilters::first),
                Map.entry("last", SequenceFilters::last),
                Map.entry("reverse", SequenceFilters::reverse),
                Map.entry("items", SequenceFilters::items),
                Map.entry("dictsort", SequenceFilters::dictSort),
                Map.entry("sort", SequenceFilters::sort),
                Map.entry("unique", SequenceFilters::unique),
                Map.entry("batch", SequenceFilters::batch),
                Map.entry("slice", SequenceFilters::slice),
                Map.entry("min", (value, args, budget) -> extreme("min", value, args, budget)),
                Map.entry("max", (value, args, budget) -> extreme("max", value, args, budget)),
                Map.entry("sum", SequenceFilters::sum));
    }

    private static Object list(Object value, Budget budget) {
        List<Object> items = Types.elements(value, budget);
        budget.elements(items.size());
        return new ArrayList<>(items);
    }

    private static Object first(Object value, Args args, Budget budget) {
        List<Object> items = Types.elements(value, budget);
        return items.isEmpty() ? new Undefined("No first item, sequence was empty.") : items.get(0);
    }

    private static Object last(Object value, Args args, Budget budget) {
        if (!Types.hasLength(value)) {
            throw new EvalError("'" + Types.name(value) + "' object is not reversible");
        }
        List<Object> items = Types.elements(value, budget);
        return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.get(items.size() - 1);
    }

    private static Object reverse(Object value, Args args, Budget budget) {
        if (value instanceof String text) {
            budget.allocate(text.length());
            return CodePoints.reverse(text);
        }
        if (!Types.isIterable(value)) {
            throw new EvalError("argument must be iterable");
        }
        List<Object> reversed = new ArrayList<>(Types.elements(value, budget));
        budget.elements(reversed.size());
        Collections.reverse(reversed);
        return value instanceof Generator ? reversed : new Generator("list_reverseiterator", () -> reversed);
    }

    private static Object items(Object value, Args args, Budget budget) {
        return new Generator(() -> {
            if (value instanceof Undefined) {
                return List.of();
            } else if (!(value instanceof Map)) {
                throw new EvalError("Can only get item pairs from a mapping.");
            }
            return CollectionMethods.items(Types.dict(value), budget);
        });
    }

    private static Object dictSort(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("dictsort", "case_sensitive", "by", "reverse");
        Object by = bound.get(1, "key");
        if (!by.equals("key") && !by.equals("value")) {
            throw new EvalError("You can only sort by either \"key\" or \"value\"");
        }
        if (!(value instanceof Map)) {
            throw value instanceof Undefined undefined
                    ? undefined.fail()
                    : new EvalError("'" + Types.name(value) + "' object has no attribute 'items'");
        }
        int position = by.equals("key") ? 0 : 1;
        boolean caseSensitive = bound.truth(0, false);
        return Sorting.sorted(
                CollectionMethods.items(Types.dict(value), budget),
                item -> Attributes.fold(((Tuple) item).items().get(position), caseSensitive, budget),
                bound.truth(2, false),
                budget);
    }

    private static Object sort(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("sort", "reverse", "case_sensitive", "attribute");
        Attributes attributes = new Attributes(bound.get(2, None.NONE), true, budget);
        boolean caseSensitive = bound.truth(1, false);
        return Sorting.sorted(
                Types.elements(value, budget),
                item -> attributes.sortKey(item, caseSensitive),
                bound.truth(0, false),
                budget);
    }

    private static Object unique(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("unique", "case_sensitive", "attribute");
        Attributes attributes = new Attributes(bound.get(1, None.NONE), budget);
        boolean caseSensitive = bound.truth(0, false);
        return new Generator(() -> {
            List<Object> kept = new ArrayList<>();
            Set<String> strings = new HashSet<>();
            List<Object> others = new ArrayList<>();
            for (Object item : Types.elements(value, budget)) {
                budget.elements(1);
                Object key = Attributes.fold(attributes.get(item), caseSensitive, budget);
                if (key instanceof String text ? strings.add(text) : isNew(others, key, budget)) {
                    kept.add(item);
                }
            }
            return kept;
        });
    }

    private static boolean isNew(List<Object> seen, Object key, Budget budget) {
        Dicts.checkHashable(key);
        boolean isNew = !Compare.contains(seen, key, budget);
        if (isNew) {
            seen.add(key);
        }
        return isNew;
    }

    private static Object batch(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("batch", "linecount", "fill_with");
        bound.required(0);
        int size = Math.max(1, bound.integer(0, 1));
        return new Generator(() -> {
            List<Object> items = Types.elements(value, budget);
            List<Object> batches = new ArrayList<>();
            for (int i = 0; i < items.size(); i += size) {
                List<Object> batch = new ArrayList<>(items.subList(i, (int) Math.min(items.size(), (long) i + size)));
                budget.elements(bound.hasValue(1) ? size : batch.size());
                while (bound.hasValue(1) && batch.size() < size) {
                    batch.add(bound.required(1));
                }
                batches.add(batch);
                if (size > items.size()) {
                    break;
                }
            }
            return batches;
        });
    }

    private static Object slice(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("slice", "slices", "fill_with");
        bound.required(0);
        int slices = bound.integer(0, 1);
        if (slices == 0) {
            throw new EvalError("integer division or modulo by zero");
        }
        return new Generator(() -> {
            List<Object> items = Types.elements(value, budget);
            budget.elements((long) Math.max(0, slices) + items.size());
            List<Object> columns = new ArrayList<>();
            int from = 0;
            for (int i = 0; i < slices; i++) {
                boolean extra = i < items.size() % slices;
                int to = from + items.size() / slices + (extra ? 1 : 0);
                List<Object> column = new ArrayList<>(items.subList(from, to));
                if (bound.hasValue(1) && !extra) {
                    column.add(bound.required(1));
                }
                columns.add(column);
                from = to;
            }
            return columns;
        });
    }

    private static Object extreme(String name, Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind(name, "case_sensitive", "attribute");
        Attributes attributes = new Attributes(bound.get(1, None.NONE), budget);
        boolean caseSensitive = bound.truth(0, false);
        Object best = new Undefined("No aggregated item, sequence was empty.");
        Object bestKey = None.NONE;
        boolean any = false;
        for (Object item : Types.elements(value, budget)) {
            Object key = Attributes.fold(attributes.get(item), caseSensitive, budget);
            boolean better = !any
                    || (name.equals("min")
                            ? Compare.less(key, bestKey, budget)
                            : Compare.test(">", key, bestKey, budget));
            best = better ? item : best;
            bestKey = better ? key : bestKey;
            any = true;
        }
        return best;
    }

    private static Object sum(Object value, Args args, Budget budget) {
        Args.Bound bound = args.bind("sum", "attribute", "start");
        Attributes attributes = new Attributes(bound.get(0, None.NONE), budget);
        Object total = bound.get(1, 0L);
        for (Object item : Types.elements(value, budget)) {
            total = Operators.binary("+", total, attributes.get(item), budget);
        }
        return total;
    }
}
