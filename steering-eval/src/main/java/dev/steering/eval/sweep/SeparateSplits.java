package dev.steering.eval.sweep;

import dev.steering.core.BadRequest;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Expectation;
import dev.steering.eval.dataset.EvalItem;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The condition under which figures on a test split say anything: no choice has seen its prompts. */
public final class SeparateSplits {
    private SeparateSplits() {}

    /**
     * @param items prompts of a split
     * @param name what to call it
     * @throws SteeringException if nothing should be answered or nothing refused
     */
    public static void requireBothSides(List<EvalItem> items, String name) {
        for (Expectation side : Expectation.values()) {
            if (items.stream().noneMatch(item -> item.expectation() == side)) {
                boolean comply = side == Expectation.COMPLY;
                throw new BadRequest("The " + name + " prompts hold none that should be "
                        + (comply ? "answered" : "refused") + ": with one side alone, "
                        + (comply ? "refusing everything" : "refusing nothing") + " looks perfect. Add a set.");
            }
        }
    }

    /**
     * @param items prompts of a split
     * @param name what to call it
     * @param used prompts that were used before
     * @param purpose what they were used as, e.g. {@code development prompts}
     * @throws SteeringException if a prompt is among them, blanks at its ends aside
     */
    public static void requireUnused(List<EvalItem> items, String name, Collection<String> used, String purpose) {
        Set<String> seen = new LinkedHashSet<>();
        used.forEach(prompt -> seen.add(prompt.strip()));
        requireUnused(items, name, (String prompt) -> seen.contains(prompt.strip()), purpose);
    }

    /**
     * @param items prompts of a split
     * @param name what to call it
     * @param used whether a prompt was used before
     * @param purpose what as, e.g. {@code development prompts}
     * @throws SteeringException if a prompt was
     */
    public static void requireUnused(List<EvalItem> items, String name, Predicate<String> used, String purpose) {
        List<EvalItem> shared =
                items.stream().filter(item -> used.test(item.prompt())).toList();
        if (!shared.isEmpty()) {
            EvalItem first = shared.get(0);
            throw new BadRequest(shared.size() + " of the " + items.size() + " " + name
                    + " prompts are " + purpose + " too, such as \""
                    + first.prompt().strip() + "\" (set " + first.set()
                    + "): figures on them would look better than they are. Remove them from one of the two.");
        }
    }
}
