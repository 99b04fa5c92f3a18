package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.server.access.Quota;
import dev.steering.server.http.HttpLimits;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much one client may ask, and how long the server waits for it. */
class ServerLimitsTest {
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
    void aFullQueueIsToldWith429() throws Exception {
        try (ServedDemo demo = ServedDemo.start(
                bundle, vector, settings -> settings.withLimits(ServedDemo.limits(2, 1, Duration.ofMinutes(1))))) {
            HttpResponse<String> refused = demo.question(ServedDemo.QUESTION, ",\"n\":60");
            ServedDemo.assertError(429, "queue_full", refused);
            assertEquals("1", refused.headers().firstValue("retry-after").orElseThrow());
            ServedDemo.await(() -> demo.server.answering() == 0);
            assertEquals(200, demo.question(ServedDemo.QUESTION, "").statusCode());
        }
    }

    /** Some of its answers have been taken, and may have begun, when the queue is full. */
    @Test
    void aFullQueueEndsAStreamThatHasBegun() throws Exception {
        try (ServedDemo demo = ServedDemo.start(
                bundle, vector, settings -> settings.withLimits(ServedDemo.limits(2, 1, Duration.ofMinutes(1))))) {
            for (int i = 0; i < 30; i++) {
                HttpResponse<String> response = demo.client
                        .sendAsync(
                                demo.request(ServedDemo.CHAT)
                                        .header("Content-Type", "application/json")
                                        .POST(BodyPublishers.ofString(
                                                ServedDemo.body(ServedDemo.QUESTION, ",\"n\":60,\"stream\":true")))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .get(20, TimeUnit.SECONDS);
                assertTrue(response.body().contains("queue_full"), response.body());
                assertFalse(response.body().contains("[DONE]"), response.body());
            }
            ServedDemo.await(() -> demo.server.answering() == 0);
            assertEquals(200, demo.question(ServedDemo.QUESTION, "").statusCode());
        }
    }

    @Test
    void timeThatRunsOutInTheQueueIsToldWith503() throws Exception {
        try (ServedDemo demo = ServedDemo.start(
                bundle, vector, settings -> settings.withLimits(ServedDemo.limits(64, 1, Duration.ofNanos(1))))) {
            ServedDemo.assertError(503, "deadline_exceeded", demo.question(ServedDemo.QUESTION, ""));
        }
    }

    @Test
    void tokensAreAskedForAndEachHasItsQuota() throws Exception {
        Path tokens = directory.resolve("tokens.txt");
        Files.writeString(tokens, "# two\n" + "a".repeat(32) + "\n" + "b".repeat(32) + "\n");
        try (ServedDemo demo =
                ServedDemo.start(bundle, vector, settings -> settings.withTokens(tokens, new Quota(8, 2)))) {
            ServedDemo.assertError(401, "no_api_key", demo.get("/v1/models"));
            ServedDemo.assertError(401, "invalid_api_key", with(demo, "c".repeat(32)));
            ServedDemo.assertError(401, "invalid_api_key", with(demo, "a".repeat(31)));
            assertEquals(200, with(demo, "a".repeat(32)).statusCode());
            assertEquals(200, with(demo, "a".repeat(32)).statusCode());
            HttpResponse<String> tooOften = with(demo, "a".repeat(32));
            ServedDemo.assertError(429, "rate_limit_exceeded", tooOften);
            int wait = Integer.parseInt(
                    tooOften.headers().firstValue("retry-after").orElseThrow());
            assertTrue(wait > 0 && wait <= 30, "at two a minute there is another after 30 s, found " + wait);
            assertEquals(200, with(demo, "b".repeat(32)).statusCode(), "the other's quota is its own");
            assertEquals(401, demo.get("/metrics").statusCode());
            assertEquals(200, demo.get("/healthz").statusCode());
            assertEquals(200, demo.get("/").statusCode());
        }
        Files.writeString(tokens, "short\n");
        assertThrows(BadFile.class, () -> ServedDemo.start(bundle, vector, s -> s.withTokens(tokens, Quota.DEFAULTS)));
    }

    private static HttpResponse<String> with(ServedDemo demo, String token) throws Exception {
        return demo.send(demo.request("/v1/models").header("Authorization", "Bearer " + token));
    }

    @Test
    void aPlaceThatOtherMachinesReachNeedsTokens() {
        ServerSettings open =
                ServerSettings.local(Map.of("demo", bundle), Map.of()).withPlace("0.0.0.0", 0);
        BadRequest refused =
                assertThrows(BadRequest.class, () -> SteeringServer.start(open, RuntimeOptions.defaults(), line -> {}));
        assertTrue(refused.getMessage().contains("0.0.0.0"), refused.getMessage());
    }

    /** More than two bodies of a megabyte are not held at once. */
    @Test
    void longBodiesAreNotHeldWithoutEnd() throws Exception {
        int length = 1 << 20;
        HttpLimits limits = new HttpLimits(4096, length, Duration.ofMinutes(1), Duration.ofMinutes(1), 64, 2L << 20);
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings.withHttp(limits))) {
            List<Socket> open = new ArrayList<>();
            byte[] part = new byte[length - 1];
            for (int i = 0; i < 3; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.server.port());
                open.add(socket);
                OutputStream out = socket.getOutputStream();
                out.write(("POST /v1/steering/vectors?name=v" + i + " HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Type: application/octet-stream\r\nContent-Length: " + length + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                out.write(part);
                out.flush();
            }
            // Whichever arrives last is refused, and short bodies are always taken.
            ServedDemo.await(() -> demo.log.stream().anyMatch(line -> line.contains("\"busy\"")));
            demo.chat(ServedDemo.QUESTION, "");
            for (Socket socket : open) {
                socket.close();
            }
            ServedDemo.await(() -> demo.server.answering() == 0);
            // What was held is free again.
            HttpResponse<String> next = demo.send(demo.request("/v1/steering/vectors?name=w")
                    .header("Content-Type", "application/octet-stream")
                    .POST(BodyPublishers.ofByteArray(part)));
            assertEquals(400, next.statusCode(), next.body());
        }
    }
}
