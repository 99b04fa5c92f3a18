package dev.steering.core.prompts;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which rows of a set take part: all of them, the first few, or a random few. Whatever is chosen stays in file order. Immutable.
 *
 * @param limit most rows of each set, at least 1; {@link Integer#MAX_VALUE} for all
 * @param shuffle whether a limit takes random rows instead of the first ones
 * @param seed seed of the choice; a set's choice does not depend on the other sets
 */
public record Sample(int limit, boolean shuffle, long seed) {
    /** All rows. */
    public static final Sample ALL = new Sample(Integer.MAX_VALUE, false, 0);

    /** @throws IllegalArgumentException if the limit is less than 1 */
    public Sample {
        if (limit < 1) {
            throw new IllegalArgumentException("expected a limit of at least 1, found " + limit);
        }
    }

    /**
     * Chooses without holding more than what is chosen: the first steps of a Fisher-Yates shuffle.
     *
     * @param count rows there are
     * @return the places of those that are taken, ascending
     */
    public int[] of(int count) {
        int taken = Math.min(limit, count);
        if (!shuffle || taken == count) {
            return IntStream.range(0, taken).toArray();
        }
        SplittableRandom random = new SplittableRandom(seed);
        Map<Integer, Integer> moved = new HashMap<>();
        int[] chosen = new int[taken];
        for (int i = 0; i < taken; i++) {
            int j = i + random.nextInt(count - i);
            chosen[i] = moved.getOrDefault(j, j);
            moved.put(j, moved.getOrDefault(i, i));
        }
        Arrays.sort(chosen);
        return chosen;
    }

    /**
     * @param classes lists of rows
     * @return them cut to the size of the smallest, by the same rule
     */
    public <T> List<List<T>> balanced(List<List<T>> classes) {
        int least = classes.stream().mapToInt(List::size).min().orElse(0);
        if (least == 0) {
            return classes;
        }
        Sample even = new Sample(least, shuffle, seed);
        return classes.stream()
                .map(all ->
                        Arrays.stream(even.of(all.size())).mapToObj(all::get).toList())
                .toList();
    }
}
