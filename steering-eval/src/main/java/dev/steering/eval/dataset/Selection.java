package dev.steering.eval.dataset;

import dev.steering.core.prompts.PromptSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which of a set's prompts take part: all of them, the first few, or a random few. Whatever is chosen stays in file order, so that a
 * row means the same in every run.
 *
 * @param limit most prompts of each set, at least 1; {@link Integer#MAX_VALUE} for all
 * @param shuffle whether a limit takes random prompts instead of the first ones
 * @param seed seed of the choice; a set's choice does not depend on the other sets
 */
public record Selection(int limit, boolean shuffle, long seed) {
    /** All prompts. */
    public static final Selection ALL = new Selection(Integer.MAX_VALUE, false, 0);

    /** @throws IllegalArgumentException if the limit is less than 1 */
    public Selection {
        if (limit < 1) {
            throw new IllegalArgumentException("expected a limit of at least 1, found " + limit);
        }
    }

    /**
     * @param sets prompt sets
     * @return the chosen prompts, sets in their order and rows in file order
     */
    public List<EvalItem> of(List<PromptSet> sets) {
        List<EvalItem> items = new ArrayList<>();
        for (PromptSet set : sets) {
            for (int row : rows(set.rows().size())) {
                items.add(new EvalItem(
                        set.name(), set.expectation(), row, set.rows().get(row)));
            }
        }
        return items;
    }

    private int[] rows(int count) {
        int[] rows = IntStream.range(0, count).toArray();
        int taken = Math.min(limit, count);
        if (!shuffle || taken == count) {
            return Arrays.copyOf(rows, taken);
        }
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < taken; i++) {
            int j = i + random.nextInt(count - i);
            int swapped = rows[i];
            rows[i] = rows[j];
            rows[j] = swapped;
        }
        int[] chosen = Arrays.copyOf(rows, taken);
        Arrays.sort(chosen);
        return chosen;
    }
}
