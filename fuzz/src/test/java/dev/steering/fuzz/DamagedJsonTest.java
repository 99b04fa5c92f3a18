package dev.steering.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.fuzz.JsonDamage.Damage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every value of every JSON document in turn is what it must not be: what fuzzing finds by chance, here always. */
class DamagedJsonTest {
    private static final int SHOWN = 12;

    /** All there are for the profile that fuzzes, else some of each, seconds in total. */
    private static final int MOST = Integer.getInteger("steering.test.documents", 120);

    static Stream<Reader> readers() {
        return Stream.of(Reader.values()).filter(Reader::isJson);
    }

    @ParameterizedTest
    @MethodSource("readers")
    void isReadOrRefusedInWords(Reader reader) throws IOException {
        List<String> failures = new ArrayList<>();
        AtomicInteger tried = new AtomicInteger();
        for (byte[] seed : reader.seeds()) {
            String json = new String(seed, StandardCharsets.UTF_8);
            reader.check(seed);
            List<Damage> damages = JsonDamage.of(json);
            // Not every nth: that would meet the same values at every place.
            Collections.shuffle(damages, new Random(12));
            for (Damage damage : damages.subList(
                    0, Math.min(damages.size(), MOST / reader.seeds().size()))) {
                String damaged = damage.document();
                tried.incrementAndGet();
                try {
                    reader.check(reader.document(damaged).getBytes(StandardCharsets.UTF_8));
                } catch (Throwable e) {
                    failures.add(e + " of " + shortened(damaged) + at(e));
                }
            }
        }
        assertTrue(tried.get() > 20, reader + ": " + tried);
        assertEquals(
                List.of(),
                failures.subList(0, Math.min(SHOWN, failures.size())),
                failures.size() + " of " + tried + " documents for " + reader);
    }

    private static String shortened(String text) {
        return text.length() <= 600 ? text : text.substring(0, 600) + "...";
    }

    private static String at(Throwable e) {
        return Stream.of(e.getStackTrace())
                .map(StackTraceElement::toString)
                .filter(frame -> frame.contains("dev.steering") && !frame.contains("fuzz"))
                .findFirst()
                .map(frame -> " at " + frame)
                .orElse("");
    }
}
