package dev.steering.eval.sweep;

import dev.steering.core.BadRequest;
import dev.steering.core.PromptIdentity;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.Overlap;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.eval.dataset.EvalItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The conditions under which figures on a split say anything: it has both sides, and no choice has seen its prompts. */
public final class SeparateSplits {
    private static final String ANCHORS = "prompts that the vector was extracted from";

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
     * @param overlap what to do about prompts that were used before
     * @param items prompts of a split
     * @param name what to call it
     * @param used prompts that were used before
     * @param purpose what they were used as, e.g. {@code development prompts}
     * @return what there is to report: nothing, or one sentence
     * @throws SteeringException if a prompt is among them and that is refused
     */
    public static List<String> requireUnused(
            Overlap overlap, List<EvalItem> items, String name, Collection<String> used, String purpose) {
        Set<String> seen = used.stream().map(PromptIdentity::of).collect(Collectors.toSet());
        return requireUnused(overlap, items, name, prompt -> seen.contains(PromptIdentity.of(prompt)), purpose);
    }

    /**
     * @param overlap what to do about prompts that were used before
     * @param items prompts of a split
     * @param name what to call it
     * @param vectors what vectors remember of the prompts that they were extracted from
     * @return what there is to report, one sentence for each vector that has seen some
     * @throws SteeringException if one has and that is refused
     */
    public static List<String> requireUnseen(
            Overlap overlap, List<EvalItem> items, String name, Collection<ExtractionPrompts> vectors) {
        List<String> found = new ArrayList<>();
        vectors.stream()
                .distinct()
                .forEach(anchors -> found.addAll(requireUnused(overlap, items, name, anchors::contains, ANCHORS)));
        return found.stream().distinct().toList();
    }

    private static List<String> requireUnused(
            Overlap overlap, List<EvalItem> items, String name, Predicate<String> used, String purpose) {
        String report = overlap.check(items.stream().map(EvalItem::asked).toList(), name + " prompts", used, purpose);
        return report == null ? List.of() : List.of(report);
    }

    /**
     * @param items prompts of a split
     * @param name what to call it
     * @return what there is to report: prompts that should be answered in one set and refused in another
     */
    public static List<String> contradictions(List<EvalItem> items, String name) {
        Set<String> refused = items.stream()
                .filter(item -> item.expectation() == Expectation.REFUSE)
                .map(item -> PromptIdentity.of(item.prompt()))
                .collect(Collectors.toSet());
        List<EvalItem> both = items.stream()
                .filter(item -> item.expectation() == Expectation.COMPLY)
                .filter(item -> refused.contains(PromptIdentity.of(item.prompt())))
                .toList();
        return both.isEmpty()
                ? List.of()
                : List.of(both.size() + " of the " + name
                        + " prompts should be answered in one set and refused in another, such as "
                        + both.get(0).asked().place() + ": no method can be right about both.");
    }
}
