package dev.steering.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SearchTest {
    @Test
    void agreesWithTheLibraryOnRandomText() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            String text = letters(random, 60 + random.nextInt(200));
            int start = random.nextInt(40);
            String part = random.nextInt(4) == 0
                    ? letters(random, 17 + random.nextInt(3))
                    : text.substring(start, start + 1 + random.nextInt(text.length() - start - 1));
            int from = random.nextInt(30);
            assertEquals(text.indexOf(part, from), Search.first(text, part, from, new Budget()));
            int to = text.length() - random.nextInt(20);
            assertEquals(
                    text.substring(0, to).lastIndexOf(part),
                    Search.last(text, part, to, new Budget()),
                    text + " " + part);
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < length; i++) {
            out.append(random.nextInt(5) == 0 ? 'b' : 'a');
        }
        return out.toString();
    }
}
