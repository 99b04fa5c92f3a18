package dev.steering.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;

class PlainWordsTest {
    @Test
    void exceptionsAreSaidInWords() {
        assertEquals(
                "Cannot read a: access is denied: a",
                PlainWords.of("Cannot read a: " + new AccessDeniedException("a")));
        assertEquals(
                "Cannot write a: a: No space left on device.",
                PlainWords.of(
                        "Cannot write a: " + new FileSystemException("a", null, "No space left on device") + "."));
        assertEquals("Layer 9 is out of range.", PlainWords.of("Layer 9 is out of range."));
        assertEquals("see dev.steering.example", PlainWords.of("see dev.steering.example"));
    }
}
