package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SortedDraftsTest {
    private static final int ROWS = 8;

    private static List<Integer> order(List<Draft> drafts) {
        SortedDrafts queue = new SortedDrafts(drafts);
        List<Integer> order = new ArrayList<>();
        while (!queue.isExhausted()) {
            queue.take(ROWS, true).forEach(draft -> order.add(draft.index()));
        }
        return order;
    }

    private static Draft draft(int index, int length, int first) {
        int[] prompt = new int[length];
        prompt[0] = first;
        return Draft.of(index, prompt, null);
    }

    @Test
    void longestFirst() {
        assertEquals(List.of(1, 2, 0), order(List.of(draft(0, 3, 1), draft(1, 9, 2), draft(2, 5, 3))));
    }

    /** Answers are printed in the order of their prompts, as soon as they are there. */
    @Test
    void theFirstOfThousandsDoNotWaitForTheLast() {
        int count = 4 * SortedDrafts.WINDOW;
        List<Draft> drafts =
                IntStream.range(0, count).mapToObj(i -> draft(i, 2 + i % 50, i)).toList();
        List<Integer> order = order(drafts);
        assertEquals(count, order.size());
        for (int i = 0; i < count; i++) {
            assertTrue(Math.abs(order.get(i) - i) < SortedDrafts.WINDOW, "text " + order.get(i) + " at place " + i);
        }
    }

    /** Several methods ask the same prompts one after the other: each prompt is read once, however far apart its texts are. */
    @Test
    void whatBeginsTheSameStaysTogether() {
        int prompts = 2 * SortedDrafts.WINDOW;
        List<Draft> drafts = IntStream.range(0, 2 * prompts)
                .mapToObj(i -> draft(i, 2 + i % prompts % 50, i % prompts))
                .toList();
        List<Integer> order = order(drafts);
        for (int i = 0; i < order.size(); i += 2) {
            assertEquals(order.get(i) % prompts, order.get(i + 1) % prompts);
        }
    }
}
