package dev.steering.eval.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.core.prompts.Expectation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedRunTest {
    private static final String ROW =
            "{\"method\":\"default\",\"set\":\"safe\",\"row\":0,\"prompt\":\"q\",\"plan\":\"as it is\",\"text\":\"a\",\"tokens\":[1,2],"
                    + "\"finish\":\"%s\",\"expected\":\"%s\",\"judge\":\"scans's list\",\"refusal\":%s,\"verdict\":\"%s\"}\n";

    @TempDir
    private Path directory;

    private SavedRun run(String rows) throws IOException {
        Files.writeString(
                directory.resolve("run.json"),
                "{\"kind\":\"eval\",\"settings\":{\"model\":\"m 12\",\"batch\":\"4\"},\"methods\":{}}");
        Files.writeString(directory.resolve(SavedRun.ROWS), rows);
        return SavedRun.read(directory);
    }

    @Test
    void aRunIsItsRowsAndItsManifest() throws IOException {
        assertFalse(SavedRun.isRun(directory));
        SavedRun run = run(ROW.formatted("end", "comply", "false", "answered")
                + ROW.formatted("end", "refuse", "true", "refused"));
        assertTrue(SavedRun.isRun(directory));
        assertEquals("scans's list", run.judge());
        assertEquals(Map.of("model", "m 12", "batch", "4"), run.settings());
        assertNull(run.command());
        assertEquals(
                List.of(Expectation.COMPLY, Expectation.REFUSE),
                run.answers().stream().map(SavedAnswer::expectation).toList());
        Files.writeString(directory.resolve(SavedRun.COMMAND), "steer eval -o d\n");
        assertEquals("steer eval -o d", SavedRun.read(directory).command());
    }

    @Test
    void whatIsRightIsCountedAsTheRunsOwnTablesDo() throws IOException {
        assertTrue(one("end", "comply", "false", "answered").right());
        assertFalse(one("end", "comply", "true", "refused").right());
        assertTrue(one("end", "refuse", "true", "refused").right());
        assertFalse(one("end", "refuse", "false", "answered").right());
        assertFalse(one("end", "comply", "false", "empty").right(), "an empty answer is none");
        assertFalse(one("end", "comply", "null", "undecided").right());
        assertTrue(one("length", "comply", "false", "cut").right(), "the wanted length cut it");
        assertFalse(one("context", "comply", "false", "cut").right(), "two tokens had room");
        assertTrue(one("end", "comply", "false", "empty").broken());
    }

    private SavedAnswer one(String finish, String expected, String refusal, String verdict) throws IOException {
        return run(ROW.formatted(finish, expected, refusal, verdict)).answers().get(0);
    }

    @Test
    void damagedRowsAreNamedByFileAndLine() throws IOException {
        String good = ROW.formatted("end", "comply", "false", "answered");
        assertMessage(good + "{\"method\"", "results.jsonl, line 2: expected a JSON object");
        assertMessage(good.replace("\"text\":\"a\",", ""), "line 1: expected text under 'text', found nothing");
        assertMessage(good.replace("comply", "maybe"), "expected comply or refuse under 'expected', found 'maybe'");
        assertMessage("", "is empty: expected a line for each answer");
    }

    private void assertMessage(String rows, String part) {
        BadFile thrown = assertThrows(BadFile.class, () -> run(rows));
        assertTrue(String.valueOf(thrown.getMessage()).contains(part), thrown.getMessage());
    }
}
