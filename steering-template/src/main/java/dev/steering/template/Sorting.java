package dev.steering.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Python's {@code sorted}: stable, by {@code <} alone. A merge sort of our own, because {@link List#sort} may refuse an
 * order that contradicts itself, as that of lists with NaN does.
 */
final class Sorting {
    private final Budget budget;

    private Sorting(Budget budget) {
        this.budget = budget;
    }

    private record Keyed(Object key, Object item) {}

    /** {@code reverse} also keeps equal elements in their order. */
    static List<Object> sorted(List<Object> items, Function<Object, Object> key, boolean reverse, Budget budget) {
        budget.elements(2L * items.size());
        List<Keyed> keyed = new ArrayList<>(items.size());
        items.forEach(item -> keyed.add(new Keyed(key.apply(item), item)));
        List<Object> result = new ArrayList<>(items.size());
        new Sorting(budget).sort(keyed, reverse).forEach(k -> result.add(k.item()));
        return result;
    }

    private List<Keyed> sort(List<Keyed> items, boolean reverse) {
        if (items.size() < 2) {
            return items;
        }
        int middle = items.size() / 2;
        List<Keyed> left = sort(items.subList(0, middle), reverse);
        List<Keyed> right = sort(items.subList(middle, items.size()), reverse);
        List<Keyed> merged = new ArrayList<>(items.size());
        int l = 0;
        int r = 0;
        while (l < left.size() && r < right.size()) {
            Object a = left.get(l).key();
            Object b = right.get(r).key();
            boolean rightFirst = reverse ? Compare.less(a, b, budget) : Compare.less(b, a, budget);
            merged.add(rightFirst ? right.get(r++) : left.get(l++));
        }
        merged.addAll(left.subList(l, left.size()));
        merged.addAll(right.subList(r, right.size()));
        return merged;
    }
}
