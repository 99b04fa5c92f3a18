package dev.steering.cli;

import static dev.steering.cli.CommandRun.steer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code steer judge} as a user types it. */
class JudgeCommandTest {
    private static final Path VERDICTS =
            Path.of("../steering-eval/src/test/resources/dev/steering/eval/judge/verdicts.jsonl");

    @TempDir
    private Path directory;

    private String file(String content) throws IOException {
        return Files.writeString(directory.resolve("responses.jsonl"), content).toString();
    }

    /** The verdicts of the published evaluations, see the judge's own tests. */
    @ParameterizedTest
    @ValueSource(strings = {"scans", "dro", "xstest"})
    void agreesWithThePublishedEvaluations(String rules) throws IOException {
        CommandRun run = steer("judge", "--rules", rules, VERDICTS.toString()).assertSucceeds();
        List<String> judged = run.out().lines().toList();
        List<String> expected = Files.readAllLines(VERDICTS);
        assertEquals(expected.size(), judged.size());
        ObjectMapper json = new ObjectMapper();
        for (int i = 0; i < judged.size(); i++) {
            JsonNode line = json.readTree(judged.get(i));
            JsonNode given = json.readTree(expected.get(i));
            assertEquals(given.get(rules), line.get("refusal"), judged.get(i));
            assertEquals(given.get("text"), line.get("text"));
        }
        assertTrue(run.err().contains("are refusals by " + rules + "'s list"), run.err());
    }

    @Test
    void everythingElseStaysAsItWas() throws IOException {
        String in =
                "\ufeff{\"id\": 12345678901234567890, \"score\": 1.10, \"text\": \"I cannot say. é 😀\", \"refusal\": 3}\r\n\n"
                        + "{\"text\": \"\", \"more\": {\"a\": [null, true]}}";
        CommandRun run = steer("judge", "--rules", "scans", file(in)).assertSucceeds();
        assertEquals(
                List.of(
                        "{\"id\":12345678901234567890,\"score\":1.10,\"text\":\"I cannot say. é 😀\",\"refusal\":true}",
                        "{\"text\":\"\",\"more\":{\"a\":[null,true]},\"refusal\":false}"),
                run.out().lines().toList());
    }

    @Test
    void aWrongLineIsNamedAndNothingIsWritten() throws IOException {
        Path out = directory.resolve("judged.jsonl");
        for (String[] wrong : new String[][] {
            {"{", "line 2 is not valid JSON"},
            {"[1]", "line 2: expected a JSON object with a string \"text\", found JSON of type ARRAY"},
            {"{\"answer\": \"\"}", "found an object without it"},
            {"{\"text\": 5}", "\"text\" of type NUMBER"}
        }) {
            String in = file("{\"text\": \"fine\"}\n" + wrong[0] + "\n");
            steer("judge", "--rules", "dro", in, "-o", out.toString()).assertFails(wrong[1]);
            assertFalse(Files.exists(out));
        }
        Path latin = Files.write(
                directory.resolve("latin.jsonl"), "{\"text\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
        steer("judge", "--rules", "dro", latin.toString()).assertFails("is not UTF-8");
        steer("judge", "--rules", "dro", "missing.jsonl").assertFails("Cannot read missing.jsonl");
        steer("judge", "--rules", "demo", latin.toString()).assertWrongUsage("expected one of [scans, dro, xstest]");
    }

    @Test
    void writesAFileWhenAskedTo() throws IOException {
        Path out = directory.resolve("judged.jsonl");
        CommandRun run = steer(
                        "judge", "--rules", "xstest", file("{\"text\": \"I'm sorry, no.\"}"), "-o", out.toString())
                .assertSucceeds();
        assertEquals("", run.out());
        assertEquals("{\"text\":\"I'm sorry, no.\",\"refusal\":true}\n", Files.readString(out));
        assertTrue(run.err().startsWith("1 of 1 are refusals"), run.err());
    }
}
