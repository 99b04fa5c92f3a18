package dev.steering.model.decode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Texts that are all known from the start: longest prompts first, those that share a beginning one after the other. Among thousands
 * only so many at a time are put in that order, lest who waits for the first answers, in order, wait for all. Not thread-safe.
 */
final class SortedDrafts implements DraftQueue {
    /** So many different beginnings; many times what is written at once, which lengths that differ would hold up. */
    static final int WINDOW = 256;

    private final List<Waiting> waiting = new ArrayList<>();
    private int next;

    /**
     * A text.
     *
     * @param same a number that texts with the same beginnings have in common, in the order of their first ones
     */
    private record Waiting(Draft draft, int same) {}

    SortedDrafts(List<Draft> drafts) {
        Map<List<Beginning>, Integer> numbers = new HashMap<>();
        int beginnings = 0;
        for (Draft draft : drafts) {
            // Steering that acts on the prompt itself gives each text a beginning of its own, once it is decided.
            int number = beginnings;
            int same = draft.sparesPrompt() ? numbers.computeIfAbsent(Beginning.of(draft), first -> number) : number;
            beginnings += same == number ? 1 : 0;
            waiting.add(new Waiting(draft, same));
        }
        waiting.sort(Comparator.comparingInt((Waiting text) -> text.same() / WINDOW)
                .thenComparingInt(text -> -text.draft().prompt().length)
                .thenComparingInt(Waiting::same));
    }

    /** As many as read so many rows among themselves, at least one. */
    @Override
    public List<Draft> take(int rows, boolean idle) {
        List<Draft> taken = new ArrayList<>();
        Set<Integer> read = new HashSet<>();
        int used = 0;
        for (; next < waiting.size(); next++) {
            Waiting text = waiting.get(next);
            if (!read.contains(text.same())) {
                int more = text.draft().contexts().size();
                if (used > 0 && used + more > rows) {
                    break;
                }
                used += more;
                read.add(text.same());
            }
            taken.add(text.draft());
        }
        return taken;
    }

    @Override
    public boolean isExhausted() {
        return next == waiting.size();
    }
}
