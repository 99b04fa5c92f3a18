package dev.steering.template;

import dev.steering.template.Values.Callable;
import dev.steering.template.Values.DictView;
import dev.steering.template.Values.None;
import dev.steering.template.Values.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Methods of dicts, lists and tuples that change nothing. */
final class CollectionMethods {
    private CollectionMethods() {}

    static @Nullable Callable ofDict(Map<Object, Object> dict, String name, Budget budget) {
        return switch (name) {
            case "get" ->
                args -> {
                    Args.Bound bound = args.bind("get", "key", "default");
                    Object value = Dicts.get(dict, bound.required(0), budget);
                    return value == null ? bound.get(1, None.NONE) : value;
                };
            case "items" -> args -> view("items", args, items(dict, budget));
            case "keys" -> args -> view("keys", args, Types.elements(dict, budget));
            case "values" ->
                args -> {
                    budget.elements(dict.size());
                    return view("values", args, new ArrayList<>(dict.values()));
                };
            case "copy" -> args -> dict;
            default -> null;
        };
    }

    private static DictView view(String name, Args args, List<Object> items) {
        args.bind(name);
        return new DictView("dict_" + name, items);
    }

    /** The entries as tuples of two. */
    static List<Object> items(Map<Object, Object> dict, Budget budget) {
        budget.elements(2L * dict.size());
        List<Object> items = new ArrayList<>(dict.size());
        dict.forEach((key, value) -> items.add(Tuple.of(key, value)));
        return items;
    }

    static @Nullable Callable ofSequence(Object sequence, String name, Budget budget) {
        return switch (name) {
            case "count" ->
                args -> {
                    Object wanted = args.bind("count", "value").required(0);
                    long count = 0;
                    for (Object item : Types.elements(sequence, budget)) {
                        count += Compare.equal(item, wanted, budget) ? 1 : 0;
                    }
                    return count;
                };
            case "index" ->
                args -> {
                    Object wanted = args.bind("index", "value").required(0);
                    List<Object> items = Types.elements(sequence, budget);
                    for (int i = 0; i < items.size(); i++) {
                        if (Compare.equal(items.get(i), wanted, budget)) {
                            return (long) i;
                        }
                    }
                    throw new EvalError(
                            sequence instanceof Tuple
                                    ? "tuple.index(x): x not in tuple"
                                    : Repr.of(wanted, budget) + " is not in list");
                };
            case "copy" -> Types.name(sequence).equals("list") ? args -> sequence : null;
            default -> null;
        };
    }
}
