package dev.steering.eval.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SelectionTest {
    private static final PromptSet TEN = new PromptSet(
            "ten",
            Expectation.COMPLY,
            IntStream.range(0, 10).mapToObj(i -> "p" + i).toList());

    private static List<Integer> rows(Selection selection) {
        return selection.of(List.of(TEN)).stream().map(EvalItem::row).toList();
    }

    @Test
    void takesAllOrTheFirst() {
        assertEquals(10, rows(Selection.ALL).size());
        assertEquals(List.of(0, 1, 2), rows(new Selection(3, false, 7)));
        assertEquals("p2", new Selection(3, false, 7).of(List.of(TEN)).get(2).prompt());
    }

    @Test
    void shuffledChoicesFollowTheSeedAndStayInFileOrder() {
        List<Integer> chosen = rows(new Selection(4, true, 1));
        assertEquals(chosen, rows(new Selection(4, true, 1)));
        assertEquals(chosen.stream().sorted().toList(), chosen);
        assertEquals(4, new HashSet<>(chosen).size());
        Set<Integer> seen = new HashSet<>();
        for (int seed = 0; seed < 40; seed++) {
            seen.addAll(rows(new Selection(4, true, seed)));
        }
        assertEquals(10, seen.size(), "every row can be chosen");
        assertNotEquals(chosen, rows(new Selection(4, true, 2)));
    }

    @Test
    void aLimitBelowOneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Selection(0, false, 0));
    }
}
