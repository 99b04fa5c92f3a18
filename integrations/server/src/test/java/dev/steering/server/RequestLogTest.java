package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log has of requests. */
class RequestLogTest {
    @TempDir
    private static Path directory;

    private static Path bundle;
    private static Path vector;

    @BeforeAll
    static void export() {
        bundle = ServedDemo.bundle(directory);
        vector = ServedDemo.vector(directory, bundle);
    }

    @Test
    void theLogHasRequestsAndNothingOfTheirWords() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            HttpResponse<String> response = demo.send(demo.request(ServedDemo.CHAT)
                    .header("Content-Type", "application/json")
                    .header("X-Request-Id", "mine-1")
                    .POST(BodyPublishers.ofString(
                            ServedDemo.body(ServedDemo.QUESTION, ",\"steering\":{\"vector\":\"refusal\"}"))));
            assertEquals("mine-1", response.headers().firstValue("x-request-id").orElseThrow());
            ServedDemo.await(() -> !demo.log.isEmpty());
            JsonNode line = ServedDemo.JSON.readTree(demo.log.get(0));
            assertEquals("mine-1", line.path("request").asText());
            assertEquals("POST", line.path("method").asText());
            assertEquals("scans", line.path("steering").asText());
            assertEquals(200, line.path("status").asInt());
            assertTrue(line.path("completion_tokens").asInt() > 0);
            String all = String.join("\n", demo.log);
            assertFalse(all.contains("Python"), all);
        }
    }

    @Test
    void theLogHasTheWordsWhereTheyAreAskedFor() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings.withLoggedText(true))) {
            String answer = demo.chat(ServedDemo.QUESTION, "")
                    .path("choices")
                    .path(0)
                    .path("message")
                    .path("content")
                    .asText();
            ServedDemo.await(() -> !demo.log.isEmpty());
            JsonNode line = ServedDemo.JSON.readTree(demo.log.get(0));
            assertEquals(
                    "user: " + ServedDemo.QUESTION,
                    line.path("messages").path(0).asText());
            assertEquals(answer, line.path("answers").path(0).asText());
        }
    }
}
