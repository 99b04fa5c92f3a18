package dev.steering.core.prompts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One rule for the bytes of files and of standard input. */
class StandardInputTest {
    private static List<String> both(String name) throws IOException {
        Path file = PublishedLayoutsTest.file("text/" + name);
        byte[] bytes = Files.readAllBytes(file);
        List<String> read = PromptTable.read(file).prompts("prompt");
        assertEquals(
                read,
                PromptTable.readStandardInput(new ByteArrayInputStream(bytes)).prompts("prompt"));
        return read;
    }

    private static String message(Supplier<PromptTable> read) {
        return String.valueOf(assertThrows(SteeringException.class, read::get).getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "bom.txt, 6",
        "crlf.txt, 6",
        "blank-last.txt, 2",
        "unicode.txt, 4",
        "duplicates.txt, 5",
        "one-too-long.txt, 3"
    })
    void readsTheSame(String name, int count) throws IOException {
        List<String> read = both(name);
        assertEquals(count, read.size());
        for (String prompt : read) {
            assertEquals(prompt.strip(), prompt);
            assertTrue(!prompt.startsWith("\ufeff") && !prompt.endsWith("\r"), prompt);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "latin1.txt | is not UTF-8: found byte 0xF9 at offset 1, in line 1.",
                "utf16.txt | is not UTF-8 (it looks like UTF-16): found byte 0xFF at offset 0, in line 1.",
                "blank-middle.txt | , line 2: the line is blank.",
                "empty.txt | holds no prompts, expected at least one.",
            })
    void refusesTheSame(String name, String expected) throws IOException {
        Path file = PublishedLayoutsTest.file("text/" + name);
        byte[] bytes = Files.readAllBytes(file);
        String ofFile = message(() -> PromptTable.read(file));
        String ofInput = message(() -> PromptTable.readStandardInput(new ByteArrayInputStream(bytes)));
        assertTrue(ofFile.contains(expected), ofFile);
        assertEquals(ofFile.replace(file.toString(), "standard input"), ofInput);
    }

    @Test
    void wideTextWithoutAMarkIsRefused() {
        byte[] wide = "tea?\n".getBytes(StandardCharsets.UTF_16LE);
        assertTrue(
                message(() -> PromptTable.readStandardInput(new ByteArrayInputStream(wide)))
                        .contains("(it looks like UTF-16): found byte 0x00 at offset 1"),
                "a NUL is no text");
    }
}
