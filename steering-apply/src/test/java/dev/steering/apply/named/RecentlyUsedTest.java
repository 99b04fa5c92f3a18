package dev.steering.apply.named;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.steering.core.BadRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecentlyUsedTest {
    private final List<String> made = new ArrayList<>();
    private final RecentlyUsed<String, String> two = new RecentlyUsed<>(2);

    private String get(String key) {
        return two.get(key, () -> {
            made.add(key);
            return key + "!";
        });
    }

    @Test
    void whatWasAskedForLeastRecentlyIsMadeAnew() {
        assertEquals("a!", get("a"));
        get("b");
        get("a");
        get("c");
        assertEquals("a!", get("a"));
        assertEquals("b!", get("b"));
        assertEquals(List.of("a", "b", "c", "b"), made);
    }

    @Test
    void whatCannotBeMadeIsNotKept() {
        assertThrows(
                BadRequest.class,
                () -> two.get("a", () -> {
                    throw new BadRequest("no");
                }));
        assertEquals("a!", get("a"));
    }
}
