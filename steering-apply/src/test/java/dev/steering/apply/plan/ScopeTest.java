package dev.steering.apply.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.SteeringException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScopeTest {
    /** Of ten positions, four of them the prompt's. */
    private static List<Integer> positions(Span span, int every) {
        Scope scope = new Scope(span, every);
        return IntStream.range(0, 10)
                .filter(position -> scope.includes(position, 4))
                .boxed()
                .toList();
    }

    @Test
    void everySpanIncludesWhatItIsCalledAfter() {
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), positions(Span.ALL, 1));
        assertEquals(List.of(0, 1, 2, 3), positions(Span.PROMPT, 1));
        assertEquals(List.of(3, 4, 5, 6, 7, 8, 9), positions(Span.LAST_PROMPT_TOKEN_ON, 1));
        assertEquals(List.of(4, 5, 6, 7, 8, 9), positions(Span.GENERATED, 1));
    }

    @Test
    void everyKthCountsFromTheFirstPositionOfTheSpan() {
        assertEquals(List.of(0, 3, 6, 9), positions(Span.ALL, 3));
        assertEquals(List.of(0, 2), positions(Span.PROMPT, 2));
        assertEquals(List.of(3, 6, 9), positions(Span.LAST_PROMPT_TOKEN_ON, 3));
        assertEquals(List.of(4, 9), positions(Span.GENERATED, 5));
    }

    @Test
    void kIsAtLeastOne() {
        SteeringException e = assertThrows(SteeringException.class, () -> new Scope(Span.ALL, 0));
        assertEquals("The distance between positions of a scope must be at least 1, found 0.", e.getMessage());
    }
}
