package dev.steering.extract.moments;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The activations of one class, by a 64-bit key of their prompts. As long as there are few, each is kept for itself; from then on only those
 * with the lowest keys are, and the others are summed by the first bits of their keys, as many bits as leave few enough sums.
 *
 * <p>What is kept depends on which activations there were, and on nothing else: neither on their order nor on whether they were collected
 * here or in several that were merged. Activations with the same key (the same prompt) are one that counts several times. Not thread-safe.
 */
final class ClassUnits {
    static final int WHOLE = 64;

    private final int limit;
    private final TreeMap<Long, Unit> singles = new TreeMap<>(Long::compareUnsigned);
    private final TreeMap<Long, Unit> sums = new TreeMap<>(Long::compareUnsigned);
    private int bits = WHOLE;

    /** @param limit most units; half of them are single once there are more activations */
    ClassUnits(int limit) {
        if (limit < 2) {
            throw new IllegalArgumentException("a limit of " + limit);
        }
        this.limit = limit;
    }

    void add(long key, Unit unit) {
        if (bits == WHOLE) {
            singles.merge(key, unit, Unit::plus);
            if (singles.size() > limit) {
                bits = WHOLE - 1;
                settle();
            }
        } else if (singles.containsKey(key) || Long.compareUnsigned(key, singles.lastKey()) < 0) {
            singles.merge(key, unit, Unit::plus);
            settle();
        } else {
            sums.merge(prefix(key), unit, Unit::plus);
            settle();
        }
    }

    void merge(ClassUnits other) {
        if (other.bits < bits) {
            bits = other.bits;
            shorten();
        }
        other.sums.forEach((key, unit) -> sums.merge(prefix(key), unit, Unit::plus));
        other.singles.forEach((key, unit) -> singles.merge(key, unit, Unit::plus));
        if (bits == WHOLE && singles.size() > limit) {
            bits = WHOLE - 1;
        }
        if (bits != WHOLE) {
            settle();
        }
    }

    /** As a file has them. */
    void restore(int newBits, Map<Long, Unit> newSingles, Map<Long, Unit> newSums) {
        bits = newBits;
        singles.putAll(newSingles);
        sums.putAll(newSums);
    }

    /** Sums all but the lowest keys' and takes bits away until there are few enough sums. */
    private void settle() {
        while (singles.size() > limit / 2) {
            Map.Entry<Long, Unit> last = singles.pollLastEntry();
            sums.merge(prefix(last.getKey()), last.getValue(), Unit::plus);
        }
        while (sums.size() > limit / 2 && bits > 0) {
            bits--;
            shorten();
        }
    }

    private void shorten() {
        Map<Long, Unit> longer = new TreeMap<>(sums);
        sums.clear();
        longer.forEach((key, unit) -> sums.merge(prefix(key), unit, Unit::plus));
    }

    private long prefix(long key) {
        return bits == 0 ? 0 : key & (-1L << (WHOLE - bits));
    }

    int limit() {
        return limit;
    }

    int bits() {
        return bits;
    }

    boolean isWhole() {
        return bits == WHOLE;
    }

    Map<Long, Unit> singles() {
        return singles;
    }

    Map<Long, Unit> sums() {
        return sums;
    }

    long count() {
        long count = 0;
        for (Unit unit : units()) {
            count += unit.count();
        }
        return count;
    }

    /** Singles first, each part in the order of its keys. */
    List<Unit> units() {
        List<Unit> units = new ArrayList<>(singles.values());
        units.addAll(sums.values());
        return units;
    }

    /** For every unit the number of its group: that of the sum that a single one would be in, or its own where all are single. */
    int[] groups() {
        int[] groups = new int[singles.size() + sums.size()];
        Map<Long, Integer> numbers = new TreeMap<>();
        int at = 0;
        for (long key : singles.keySet()) {
            groups[at++] = number(numbers, isWhole() ? key : prefix(key));
        }
        for (long key : sums.keySet()) {
            groups[at++] = number(numbers, key);
        }
        return groups;
    }

    private static int number(Map<Long, Integer> numbers, long key) {
        Integer known = numbers.putIfAbsent(key, numbers.size());
        return known == null ? numbers.size() - 1 : known;
    }
}
