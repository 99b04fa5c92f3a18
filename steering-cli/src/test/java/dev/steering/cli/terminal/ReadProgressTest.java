package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadProgressTest {
    @Test
    void tellsWhatWasReadAndChangesNothing() throws IOException {
        byte[] bytes = new byte[3000];
        bytes[2999] = 7;
        List<String> told = new ArrayList<>();

        try (ReadProgress in = new ReadProgress(
                new ByteArrayInputStream(bytes),
                "judging",
                bytes.length,
                (stage, done, total) -> told.add(stage + " " + done + "/" + total))) {
            assertArrayEquals(bytes, in.readAllBytes());
        }

        assertEquals("judging (KiB) 2/2", told.get(told.size() - 1));
    }
}
