package dev.steering.eval.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.SteeringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLogTest {
    @TempDir
    private Path directory;

    private static ObjectNode line(String text) {
        return JsonLog.newLine().put("t", text);
    }

    private static List<String> texts(Path file) {
        try (JsonLog log = JsonLog.open(file)) {
            return log.found().stream().map(node -> node.path("t").asText()).toList();
        }
    }

    @Test
    void goesOnAfterBeingCutAtAnyByte() throws IOException {
        Path file = directory.resolve("log.jsonl");
        List<String> all = List.of("a", "b\n\"c\"", "\u00e4\ud83d\ude00");
        try (JsonLog log = JsonLog.open(file)) {
            log.append(List.of(line(all.get(0)), line(all.get(1))));
            log.append(List.of(line(all.get(2))));
        }
        byte[] whole = Files.readAllBytes(file);
        for (int cut = 0; cut <= whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            List<String> kept = texts(file);
            try (JsonLog log = JsonLog.open(file)) {
                log.append(all.subList(kept.size(), all.size()).stream()
                        .map(JsonLogTest::line)
                        .toList());
            }
            assertEquals(all, texts(file), "cut at " + cut);
            assertEquals(-1, Arrays.mismatch(whole, Files.readAllBytes(file)), "cut at " + cut);
        }
    }

    @Test
    void damageBeforeTheLastLineIsAnError() throws IOException {
        Path file = Files.writeString(directory.resolve("log.jsonl"), "{\"t\":\"a\"}\n{\"t\":\n{\"t\":\"b\"}\n");
        String message =
                assertThrows(SteeringException.class, () -> JsonLog.open(file)).getMessage();
        assertTrue(message.startsWith(file + ", line 2 is damaged"), message);
    }

    @Test
    void twoRunsCannotShareALog() {
        Path file = directory.resolve("log.jsonl");
        try (JsonLog log = JsonLog.open(file)) {
            String message = assertThrows(SteeringException.class, () -> JsonLog.open(file))
                    .getMessage();
            assertTrue(message.contains("in use by another run"), message);
            assertEquals(List.of(), log.found());
        }
        assertEquals(List.of(), texts(file));
    }

    @Test
    void aLogThatIsDeletedOrReplacedMeanwhileIsAnError() throws IOException {
        Path run = Files.createDirectory(directory.resolve("run"));
        Path file = run.resolve("log.jsonl");
        try (JsonLog log = JsonLog.open(file)) {
            log.append(List.of(line("a")));
            Files.delete(file);
            String message = assertThrows(SteeringException.class, () -> log.append(List.of(line("b"))))
                    .getMessage();
            assertTrue(message.startsWith(file + " was deleted, moved or replaced while the run was writing"), message);
            Files.writeString(file, "");
            assertThrows(SteeringException.class, () -> log.append(List.of(line("c"))));
        }
    }
}
