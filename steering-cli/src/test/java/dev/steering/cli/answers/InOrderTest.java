package dev.steering.cli.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InOrderTest {
    @Test
    void everythingIsHandedOnAsSoonAsWhatIsBeforeItIsThere() {
        List<String> seen = new ArrayList<>();
        InOrder<String> inOrder = new InOrder<>(seen::add);
        inOrder.accept("c", 2);
        assertEquals(List.of(), seen);
        inOrder.accept("a", 0);
        assertEquals(List.of("a"), seen);
        inOrder.accept("b", 1);
        assertEquals(List.of("a", "b", "c"), seen);
        inOrder.accept("d", 3);
        assertEquals(List.of("a", "b", "c", "d"), seen);
    }
}
