package dev.steering.model.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StopTextsTest {
    @Test
    void whatMayBeAStopTextIsHeldBackUntilItIsCertain() {
        StopTexts stops = new StopTexts(List.of("\n\n", "END"));
        assertEquals("one", stops.accept("one\n"));
        assertEquals("\ntwo ", stops.accept("two EN"));
        assertEquals("ENter", stops.accept("ter"));
        assertNull(stops.matched());
        assertEquals("", stops.accept("\n"));
        assertEquals("", stops.accept("\nmore"));
        assertEquals("\n\n", stops.matched());
        assertEquals("", stops.accept("more"), "nothing after a match");
        assertEquals("", stops.finish());
    }

    @Test
    void whatWasHeldBackComesAtTheEnd() {
        StopTexts stops = new StopTexts(List.of("END"));
        assertEquals("the ", stops.accept("the EN"));
        assertEquals("EN", stops.finish());
        assertNull(stops.matched());
    }

    @Test
    void theFirstToAppearWins() {
        StopTexts stops = new StopTexts(List.of("later", "so"));
        assertEquals("sooner or ".substring(0, 0), stops.accept("sooner or later"));
        assertEquals("so", stops.matched());
    }

    /** Against a search in the whole text, however it is cut into pieces. */
    @Test
    void piecesDoNotMatter() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            StringBuilder whole = new StringBuilder();
            random.ints(20, 0, 3).forEach(c -> whole.append((char) ('a' + c)));
            List<String> named = List.of("abca", "cb", "aaab");
            StopTexts stops = new StopTexts(named);
            StringBuilder released = new StringBuilder();
            List<String> pieces = new ArrayList<>();
            for (int from = 0; from < whole.length(); ) {
                int to = Math.min(whole.length(), from + random.nextInt(4));
                pieces.add(whole.substring(from, to));
                from = to;
            }
            pieces.forEach(piece -> released.append(stops.accept(piece)));
            released.append(stops.finish());
            int first = named.stream()
                    .mapToInt(whole::indexOf)
                    .filter(at -> at >= 0)
                    .min()
                    .orElse(-1);
            String matched = stops.matched();
            if (matched == null) {
                assertEquals(-1, first, whole.toString());
                assertEquals(whole.toString(), released.toString());
            } else {
                // A longer stop text may begin earlier and end later: whichever is complete first ends the text.
                int at = whole.indexOf(matched);
                assertEquals(whole.substring(0, at), released.toString());
            }
        }
    }
}
