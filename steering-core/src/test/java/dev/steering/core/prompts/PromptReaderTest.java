package dev.steering.core.prompts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.SteeringException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptReaderTest {
    private static final List<String> TWO = List.of("How do I boil an egg?", "Where is the caf\u00e9?");

    @TempDir
    Path directory;

    private final PromptReader reader = PromptReader.withDefaults();

    private Path file(String name, String content) {
        try {
            return Files.writeString(directory.resolve(name), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertRefused(String expected, Path file) {
        assertRefused(expected, file, reader);
    }

    private static void assertRefused(String expected, Path file, PromptReader with) {
        assertEquals(
                file + expected,
                assertThrows(SteeringException.class, () -> with.read(file)).getMessage());
    }

    @Test
    void readsText() {
        assertEquals(TWO, reader.read(file("a.txt", "How do I boil an egg?\nWhere is the caf\u00e9?\n")));
        assertEquals(TWO, reader.read(file("a.TXT", "\ufeffHow do I boil an egg?\r\nWhere is the caf\u00e9?")));
        assertEquals(List.of(" a "), reader.read(file("a.txt", " a \r\n")));
        assertEquals(List.of(new PromptRow("a", Map.of())), reader.rows(file("a.txt", "a")));
    }

    @Test
    void readsCsv() {
        String csv = "id,prompt\r\n1,How do I boil an egg?\r\n\"2,5\",Where is the caf\u00e9?\r\n";
        assertEquals(TWO, reader.read(file("a.csv", csv)));
        assertEquals(TWO, reader.read(file("a.Csv", "\ufeffprompt\n" + String.join("\n", TWO))));
        assertEquals(
                List.of(new PromptRow(TWO.get(0), Map.of("id", "1")), new PromptRow(TWO.get(1), Map.of("id", "2,5"))),
                reader.rows(file("a.csv", csv)));
    }

    @Test
    void readsQuotedNewlinesQuotesAndDelimiters() {
        assertEquals(
                List.of("First line,\nsecond \"line\".", "Next?"),
                reader.read(file("a.csv", "prompt\n\"First line,\nsecond \"\"line\"\".\"\nNext?\n")));
    }

    @Test
    void readsTsv() {
        String tsv = "question\tlabel\nHow do I boil an egg?\ta\nWhere is the caf\u00e9?\tb\n";
        assertEquals(TWO, reader.withColumn("question").read(file("a.tsv", tsv)));
    }

    @Test
    void readsJsonLines() {
        String first = "{\"prompt\":\"How do I boil an egg?\",\"id\":1,\"tags\":[\"a\"],\"type\":\"food\"}";
        String second = "{\"prompt\":\"Where is the caf\u00e9?\"}";
        String jsonl = String.join("\r\n", first, second, "");
        assertEquals(TWO, reader.read(file("a.jsonl", jsonl)));
        assertEquals(TWO, reader.read(file("a.jsonl", "\ufeff" + jsonl)));
        PromptRow row = reader.rows(file("a.jsonl", jsonl)).get(0);
        assertEquals(List.of("id", "tags", "type"), List.copyOf(row.fields().keySet()));
        assertEquals(List.of("1", "[\"a\"]", "food"), List.copyOf(row.fields().values()));
        assertEquals(List.of("x"), reader.withColumn("text").read(file("a.jsonl", "{\"prompt\":1,\"text\":\"x\"}")));
    }

    @Test
    void refusesOtherExtensions() {
        for (String name : List.of("a.xlsx", "a")) {
            Path file = file(name, "x");
            String message = String.valueOf(assertThrows(SteeringException.class, () -> reader.read(file))
                    .getMessage());
            assertTrue(
                    message.startsWith("cannot read prompts from " + file
                            + ": its extension is not supported. Supported: .txt, .csv, .tsv, .jsonl, .json"),
                    message);
        }
    }

    @Test
    void refusesAMissingFileAndADirectory() throws IOException {
        Path missing = directory.resolve("missing.txt");
        assertEquals(
                "cannot read " + missing + ": no such file.",
                assertThrows(SteeringException.class, () -> reader.read(missing))
                        .getMessage());
        assertRefused(
                " is a directory, expected a file of prompts.", Files.createDirectory(directory.resolve("d.csv")));
    }

    @Test
    void refusesAFileWithoutPrompts() {
        String expected = " holds no prompts, expected at least one.";
        assertRefused(expected, file("a.txt", ""));
        assertRefused(expected, file("a.txt", "\ufeff"));
        assertRefused(expected, file("a.csv", ""));
        assertRefused(expected, file("a.csv", "prompt\n"));
        assertRefused(expected, file("a.jsonl", ""));
    }

    @Test
    void refusesBytesThatAreNotUtf8() throws IOException {
        Path file = Files.write(directory.resolve("a.txt"), "tea\ncaf\u00e9\n".getBytes(ISO_8859_1));
        assertRefused(" is not UTF-8: found byte 0xE9 at offset 7, in line 2. Save the file as UTF-8.", file);
        byte[] cut = {'a', (byte) 0xc3};
        assertRefused(
                " is not UTF-8: found byte 0xC3 at offset 1, in line 1. Save the file as UTF-8.",
                Files.write(directory.resolve("a.jsonl"), cut));
    }

    @Test
    void refusesBlankLinesOfText() {
        assertRefused(", line 2: the line is blank. Remove it or fill it in.", file("a.txt", "a\n \nb\n"));
        assertRefused(
                ", line 2: a carriage return stands within the line, as in files whose lines end with it alone. Save the file with line ends of"
                        + " LF or CRLF.",
                file("r.txt", "a\r\nb\rc\r\n"));
        assertRefused(" holds no prompts, expected at least one.", file("a.txt", "\n"));
        assertEquals(List.of("a"), reader.read(file("a.txt", "a\r\n\r\n")));
    }

    private static String noColumn(String column, String columns, Path file) {
        return " has no column '" + column + "'. Its columns: " + columns + ". Name the one to read, as in " + file
                + ":" + columns.split(",", -1)[0] + ".";
    }

    @Test
    void refusesAColumnOfText() {
        Path file = file("a.txt", "a");
        assertRefused(noColumn("question", "prompt", file), file, reader.withColumn("question"));
    }

    @Test
    void refusesBlankPromptsOfTables() {
        String expected = ": there is no text in column 'prompt'. Remove the row or fill it in.";
        assertRefused(", line 4" + expected, file("a.csv", "id,prompt\n1,\"a\nb\"\n2, \n"));
        assertRefused(", line 2" + expected, file("a.tsv", "prompt\tid\n\t1\n"));
        assertRefused(
                ", line 3: the line is blank in the middle of the table. Remove it.",
                file("a.csv", "prompt\na\n\nb\n"));
    }

    @Test
    void refusesAWrongColumn() {
        Path file = file("a.csv", "id,Prompt\n1,a\n");
        assertRefused(noColumn("prompt", "id, Prompt", file), file);
    }

    @Test
    void refusesTwoColumnsOfOneName() {
        assertRefused(", line 1: two columns are named 'prompt'. Rename one.", file("a.csv", "prompt,prompt\n1,a\n"));
    }

    @Test
    void refusesRowsOfAnotherLength() {
        assertRefused(
                ", line 3: expected 2 values as in the header, found 3. "
                        + "Put values that hold the delimiter in double quotes.",
                file("a.csv", "id,prompt\n1,a\n2,b,c\n"));
    }

    @Test
    void refusesBrokenQuotes() {
        for (String csv : List.of("prompt\na\n\"never closed\n", "prompt\na\n\"closed\" early\n")) {
            Path file = file("a.csv", csv);
            String message = assertThrows(SteeringException.class, () -> reader.read(file))
                    .getMessage();
            assertTrue(message.startsWith(file + ", record at line 3: the quotes are not valid CSV: "), message);
        }
    }

    @Test
    void refusesLinesThatAreNotJsonObjects() {
        Path file = file("a.jsonl", "{\"prompt\":\"a\"}\n{\"prompt\":\n");
        String message =
                assertThrows(SteeringException.class, () -> reader.read(file)).getMessage();
        assertTrue(message.startsWith(file + ", line 2: not valid JSON: "), message);
        assertRefused(", line 1: expected a JSON object, found STRING.", file("b.jsonl", "\"a\"\n"));
        assertRefused(
                ", line 2: the line is blank, expected a JSON object. Remove it.",
                file("b.jsonl", "{\"prompt\":\"a\"}\n\n{\"prompt\":\"b\"}\n"));
    }

    @Test
    void refusesJsonLinesWithoutAPrompt() {
        Path other = file("a.jsonl", "{\"id\":1,\"text\":\"a\"}\n");
        assertRefused(noColumn("prompt", "id, text", other), other);
        assertRefused(
                ", line 1: the value of 'prompt' must be a text, found 1. Name a column of texts, as in FILE:COLUMN.",
                file("a.jsonl", "{\"prompt\":1}\n"));
        String empty = ", line 1: there is no text in column 'prompt'. Remove the row or fill it in.";
        assertRefused(empty, file("a.jsonl", "{\"prompt\":null}\n"));
        assertRefused(empty, file("a.jsonl", "{\"prompt\":\" \"}\n"));
    }
}
