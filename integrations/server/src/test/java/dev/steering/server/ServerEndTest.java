package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has begun when the server ends. */
class ServerEndTest {
    @TempDir
    private static Path directory;

    private static Path bundle;
    private static Path vector;

    @BeforeAll
    static void export() {
        bundle = ServedDemo.bundle(directory);
        vector = ServedDemo.vector(directory, bundle);
    }

    private static ServedDemo start() {
        return ServedDemo.start(bundle, vector, settings -> settings.withLimits(ServedDemo.oneByOne()));
    }

    /** A question with many answers, of which the first is being written: not only has it been heard. */
    private static CompletableFuture<HttpResponse<String>> begun(ServedDemo demo) throws Exception {
        HttpRequest request = demo.request(ServedDemo.CHAT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(ServedDemo.body(
                        ServedDemo.QUESTION, ",\"n\":" + ServedDemo.MANY + ",\"temperature\":2,\"seed\":1")))
                .build();
        CompletableFuture<HttpResponse<String>> answer =
                demo.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        ServedDemo.await(() -> answer.isDone() || demo.isTold("steering_queue_writing{model=\"demo\"} 1"));
        return answer;
    }

    @Test
    void answersThatHaveBegunAreCompletedWhenTheServerEnds() throws Exception {
        ServedDemo demo = start();
        CompletableFuture<HttpResponse<String>> answer = begun(demo);
        CompletableFuture<Boolean> closed =
                CompletableFuture.supplyAsync(() -> demo.server.close(Duration.ofMinutes(2)));
        ServedDemo.await(() -> {
            try {
                return demo.get("/readyz").statusCode() == 503 || closed.isDone();
            } catch (Exception e) {
                return closed.isDone();
            }
        });
        assertEquals(200, answer.get().statusCode());
        assertEquals(
                ServedDemo.MANY,
                ServedDemo.JSON.readTree(answer.get().body()).path("choices").size());
        assertTrue(closed.get());
    }

    /** An answer may be complete before the server is told to end: then another one is begun. */
    @Test
    void whatIsCutOffByTheEndIsToldWith503() throws Exception {
        boolean cut = false;
        for (int i = 0; i < 20 && !cut; i++) {
            ServedDemo demo = start();
            CompletableFuture<HttpResponse<String>> answer = begun(demo);
            cut = !demo.server.close(Duration.ZERO);
            if (cut) {
                ServedDemo.assertError(503, "model_closed", answer.get());
            } else {
                assertEquals(200, answer.get().statusCode());
            }
        }
        assertTrue(cut, "20 answers were complete before the server ended");
    }
}
