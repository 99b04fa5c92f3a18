package dev.steering.eval.dataset;

import dev.steering.core.prompts.Prompt;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.prompts.Sample;
import java.util.ArrayList;
import java.util.List;

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
        Sample sample = new Sample(limit, shuffle, seed);
        List<EvalItem> items = new ArrayList<>();
        for (PromptSet set : sets) {
            boolean sampled = isSampled(set.rows());
            for (int row : sample.of(set.rows().size())) {
                Prompt prompt = set.rows().get(row);
                int place = sampled ? prompt.kind().row() : row;
                items.add(new EvalItem(set.name(), set.expectation(), place, prompt));
            }
        }
        return items;
    }

    /** Whether a reader took them from a file, in its order: it knows their places there. Prompts of several files have none in common. */
    private static boolean isSampled(List<Prompt> rows) {
        int last = -1;
        for (Prompt prompt : rows) {
            if (prompt.kind().row() <= last) {
                return false;
            }
            last = prompt.kind().row();
        }
        return true;
    }
}
