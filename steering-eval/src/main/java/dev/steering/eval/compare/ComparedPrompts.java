package dev.steering.eval.compare;

import dev.steering.core.BadRequest;
import dev.steering.core.prompts.Expectation;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.jailbreak.AttackTemplate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The prompts of one split. Immutable.
 *
 * @param items what is asked, sets in order
 * @param attacks names of the sets whose prompts are jailbreaks: they should be refused, and count as a side of their own
 */
public record ComparedPrompts(List<EvalItem> items, Set<String> attacks) {
    /** @throws BadRequest if an attack set holds prompts that should be answered, or no item */
    public ComparedPrompts {
        items = List.copyOf(items);
        attacks = Collections.unmodifiableSet(new LinkedHashSet<>(attacks));
        Map<String, Expectation> sets = new LinkedHashMap<>();
        items.forEach(item -> sets.put(item.set(), item.expectation()));
        for (String attack : attacks) {
            if (sets.get(attack) != Expectation.REFUSE) {
                throw new BadRequest("The set of attacks '" + attack + "' must hold prompts that should be refused.");
            }
        }
    }

    /**
     * @param items prompts without any frame
     * @return those
     */
    public static ComparedPrompts of(List<EvalItem> items) {
        return new ComparedPrompts(items, Set.of());
    }

    /**
     * Adds every prompt that should be refused, and is no attack yet, once more in every frame: sets named {@code NAME+TEMPLATE}.
     *
     * @param templates frames, with different names
     * @param limit most prompts of each set that are framed, the first of them
     * @return a copy with them behind the others
     */
    public ComparedPrompts framed(List<AttackTemplate> templates, int limit) {
        Map<String, List<EvalItem>> harmful = new LinkedHashMap<>();
        for (EvalItem item : items) {
            if (item.expectation() == Expectation.REFUSE && !attacks.contains(item.set())) {
                harmful.computeIfAbsent(item.set(), set -> new ArrayList<>()).add(item);
            }
        }
        List<EvalItem> all = new ArrayList<>(items);
        Set<String> names = new LinkedHashSet<>(attacks);
        harmful.forEach((set, questions) -> {
            for (AttackTemplate template : templates) {
                String name = set + "+" + template.name();
                names.add(name);
                questions.stream()
                        .limit(limit)
                        .map(item -> new EvalItem(name, item.expectation(), item.row(), template.wrap(item.asked())))
                        .forEach(all::add);
            }
        });
        return new ComparedPrompts(all, names);
    }

    /**
     * @param more prompts of attacks that hold their questions already
     * @return a copy with them behind the others
     * @throws BadRequest if one of them should be answered
     */
    public ComparedPrompts withAttacks(List<EvalItem> more) {
        List<EvalItem> all = new ArrayList<>(items);
        all.addAll(more);
        Set<String> names = new LinkedHashSet<>(attacks);
        more.forEach(item -> names.add(item.set()));
        return new ComparedPrompts(all, names);
    }

    /**
     * @param kept some of the prompts
     * @return those alone
     */
    public ComparedPrompts keeping(List<EvalItem> kept) {
        Set<String> names = new LinkedHashSet<>();
        kept.forEach(item -> names.add(item.set()));
        names.retainAll(attacks);
        return new ComparedPrompts(kept, names);
    }
}
