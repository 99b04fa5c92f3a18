package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.BadFile;
import dev.steering.core.BadRequest;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.server.ServerSettings.RequestLimits;
import dev.steering.server.access.Quota;
import dev.steering.server.http.HttpLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server does with clients that ask too much, in the wrong way, or go away. */
class ConductTest {
    private static final String CHAT = "/v1/chat/completions";

    @TempDir
    private static Path directory;

    private static Path bundle;
    private static Path vector;

    @BeforeAll
    static void export() {
        bundle = ServedDemo.bundle(directory);
        vector = ServedDemo.vector(directory, bundle);
    }

    private static RequestLimits limits(int queue, int rows, Duration time) {
        return new RequestLimits(4, 200, 40, 64, time, queue, rows, 3);
    }

    private static void await(BooleanSupplier holds) throws InterruptedException {
        for (int i = 0; i < 1000 && !holds.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertTrue(holds.getAsBoolean(), "did not come about within 10 s");
    }

    private static void assertError(int status, String code, HttpResponse<String> response) throws IOException {
        assertEquals(status, response.statusCode(), response.body());
        JsonNode error = ServedDemo.error(response);
        assertEquals(code, error.path("code").asText(), response.body());
        assertFalse(error.path("message").asText().isEmpty());
        assertFalse(error.path("type").asText().isEmpty());
        assertTrue(error.has("param"));
        assertTrue(response.headers().firstValue("x-request-id").isPresent());
    }

    @Test
    void everyMistakeHasItsStatusAndDisturbsNobody() throws Exception {
        try (ServedDemo demo =
                ServedDemo.start(bundle, vector, settings -> settings.withLimits(limits(8, 4, Duration.ofMinutes(1)))
                        .withHttp(new HttpLimits(4096, 8192, Duration.ofSeconds(5), Duration.ofSeconds(5), 64)))) {
            String before = demo.chat(ServedDemo.QUESTION, "").path("choices").toString();
            assertError(400, "invalid_json", demo.post(CHAT, "{"));
            assertError(400, "invalid_json", demo.post(CHAT, "[]"));
            assertError(400, "invalid_json", demo.post(CHAT, "{} {}"));
            assertError(400, "invalid_json", demo.post(CHAT, "[".repeat(2000)));
            assertError(400, "invalid_json", demo.post(CHAT, "{\"model\":\"demo\",\"model\":\"demo\"}"));
            assertError(400, "invalid_value", demo.post(CHAT, "{\"messages\":[]}"));
            assertError(404, "model_not_found", demo.post(CHAT, "{\"model\":\"gpt\"}"));
            assertError(404, "model_not_found", demo.post(CHAT, "{\"model\":\"demo+magic\"}"));
            assertError(413, "request_too_large", demo.post(CHAT, " ".repeat(5000)));
            assertError(404, "unknown_url", demo.get("/v2"));
            assertError(405, "method_not_allowed", demo.get(CHAT));
            assertError(415, "wrong_content_type", demo.send(demo.request(CHAT).POST(BodyPublishers.ofString("{}"))));
            assertError(400, "context_length_exceeded", question(demo, "kill ".repeat(300), ""));
            String five = "{\"role\":\"user\",\"content\":\"Hi\"},".repeat(5).replaceFirst(",$", "");
            assertError(400, "invalid_value", demo.post(CHAT, "{\"model\":\"demo\",\"messages\":[" + five + "]}"));
            Map<String, String> wrong = Map.ofEntries(
                    Map.entry(",\"n\":65", "invalid_value"),
                    Map.entry(",\"max_completion_tokens\":201", "invalid_value"),
                    Map.entry(",\"temperature\":\"hot\"", "invalid_value"),
                    Map.entry(",\"temperature\":1e999", "invalid_value"),
                    Map.entry(",\"top_p\":-1", "invalid_value"),
                    Map.entry(",\"stop\":[\"\"]", "invalid_value"),
                    Map.entry(",\"tempreature\":1", "unknown_parameter"),
                    Map.entry(",\"\\ud800\":1", "invalid_json"),
                    Map.entry(",\"logprobs\":true", "unsupported_parameter"),
                    Map.entry(",\"response_format\":{\"type\":\"json_object\"}", "unsupported_parameter"),
                    Map.entry(",\"tools\":[{\"type\":\"function\"}]", "unsupported_parameter"),
                    Map.entry(",\"stream_options\":{}", "invalid_value"),
                    Map.entry(",\"steering\":7", "invalid_value"),
                    Map.entry(",\"steering\":{\"method\":\"magic\"}", "bad_request"),
                    Map.entry(",\"steering\":{\"method\":\"add\",\"scope\":\"nowhere\"}", "invalid_value"),
                    Map.entry(",\"steering\":{\"method\":\"add\",\"layers\":[99]}", "bad_request"),
                    Map.entry(",\"steering\":{\"method\":\"add\",\"layers\":[-1]}", "invalid_value"),
                    Map.entry(",\"steering\":{\"method\":\"add\",\"strength\":\"1\"}", "invalid_value"),
                    Map.entry(",\"steering\":{\"vector\":\"refusal\",\"file\":\"/etc/passwd\"}", "unknown_parameter"),
                    Map.entry(",\"steering\":{\"steer_vector_local_path\":\"/etc/passwd\"}", "unsupported_parameter"));
            for (Map.Entry<String, String> entry : wrong.entrySet()) {
                assertError(400, entry.getValue(), question(demo, ServedDemo.QUESTION, entry.getKey()));
            }
            assertError(
                    404,
                    "vector_not_found",
                    question(demo, ServedDemo.QUESTION, ",\"steering\":{\"vector\":\"none\"}"));
            assertError(
                    422,
                    "numeric_overflow",
                    question(
                            demo,
                            ServedDemo.QUESTION,
                            ",\"steering\":{\"method\":\"add\",\"vector\":\"refusal\",\"strength\":1e38}"));
            assertEquals(
                    before, demo.chat(ServedDemo.QUESTION, "").path("choices").toString());
        }
    }

    private static HttpResponse<String> question(ServedDemo demo, String question, String rest) throws Exception {
        return demo.post(CHAT, ServedDemo.body(question, rest).replace("\"max_tokens\":40,\"max_t", "\"max_t"));
    }

    @Test
    void mutatedBodiesAreAnsweredAndNeverAFailureOfTheServer() throws Exception {
        String seed = ServedDemo.body(
                ServedDemo.QUESTION, ",\"n\":1,\"stop\":[\"x\"],\"steering\":{\"method\":\"scans\",\"layers\":[3]}");
        Random random = new Random(16);
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            for (int i = 0; i < 150; i++) {
                byte[] bytes = seed.getBytes(StandardCharsets.UTF_8);
                for (int k = 0; k <= random.nextInt(4); k++) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                HttpResponse<String> response = demo.send(demo.request(CHAT)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(bytes)));
                assertTrue(
                        List.of(200, 400, 404).contains(response.statusCode()),
                        response.statusCode() + " " + response.body() + "\n"
                                + new String(bytes, StandardCharsets.UTF_8));
            }
            assertTrue(demo.log.stream().noneMatch(line -> line.contains("\"failure\"")), demo.log.toString());
        }
    }

    @Test
    void aFullQueueIsToldWith429() throws Exception {
        try (ServedDemo demo = ServedDemo.start(
                bundle, vector, settings -> settings.withLimits(limits(2, 1, Duration.ofMinutes(1))))) {
            HttpResponse<String> refused = question(demo, ServedDemo.QUESTION, ",\"n\":60");
            assertError(429, "queue_full", refused);
            assertEquals("1", refused.headers().firstValue("retry-after").orElseThrow());
            await(() -> demo.server.answering() == 0);
            assertEquals(200, question(demo, ServedDemo.QUESTION, "").statusCode());
        }
    }

    /** Some of its answers have been taken, and may have begun, when the queue is full. */
    @Test
    void aFullQueueEndsAStreamThatHasBegun() throws Exception {
        try (ServedDemo demo = ServedDemo.start(
                bundle, vector, settings -> settings.withLimits(limits(2, 1, Duration.ofMinutes(1))))) {
            for (int i = 0; i < 30; i++) {
                HttpResponse<String> response = demo.client
                        .sendAsync(
                                demo.request(CHAT)
                                        .header("Content-Type", "application/json")
                                        .POST(BodyPublishers.ofString(
                                                ServedDemo.body(ServedDemo.QUESTION, ",\"n\":60,\"stream\":true")))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .get(20, TimeUnit.SECONDS);
                assertTrue(response.body().contains("queue_full"), response.body());
                assertFalse(response.body().contains("[DONE]"), response.body());
            }
            await(() -> demo.server.answering() == 0);
            assertEquals(200, question(demo, ServedDemo.QUESTION, "").statusCode());
        }
    }

    @Test
    void timeThatRunsOutInTheQueueIsToldWith503() throws Exception {
        try (ServedDemo demo =
                ServedDemo.start(bundle, vector, settings -> settings.withLimits(limits(64, 1, Duration.ofNanos(1))))) {
            assertError(503, "deadline_exceeded", question(demo, ServedDemo.QUESTION, ""));
        }
    }

    @Test
    void tokensAreAskedForAndEachHasItsQuota() throws Exception {
        Path tokens = directory.resolve("tokens.txt");
        Files.writeString(tokens, "# two\n" + "a".repeat(32) + "\n" + "b".repeat(32) + "\n");
        try (ServedDemo demo =
                ServedDemo.start(bundle, vector, settings -> settings.withTokens(tokens, new Quota(8, 2)))) {
            assertError(401, "no_api_key", demo.get("/v1/models"));
            assertError(401, "invalid_api_key", with(demo, "c".repeat(32)));
            assertError(401, "invalid_api_key", with(demo, "a".repeat(31)));
            assertEquals(200, with(demo, "a".repeat(32)).statusCode());
            assertEquals(200, with(demo, "a".repeat(32)).statusCode());
            HttpResponse<String> tooOften = with(demo, "a".repeat(32));
            assertError(429, "rate_limit_exceeded", tooOften);
            int wait = Integer.parseInt(
                    tooOften.headers().firstValue("retry-after").orElseThrow());
            assertTrue(wait > 20 && wait <= 30, "at two a minute there is another after 30 s, found " + wait);
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

    @Test
    void aPageOfAnotherSiteCannotAskInItsVisitorsName() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.server.port())) {
                String answer =
                        exchange(socket, "GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
                assertTrue(answer.contains("wrong_host"), answer);
            }
            HttpResponse<String> page = demo.get("/");
            String policy = page.headers().firstValue("content-security-policy").orElseThrow();
            assertTrue(policy.contains("default-src 'none'"), policy);
            assertFalse(page.headers().firstValue("access-control-allow-origin").isPresent());
        }
    }

    private static String exchange(Socket socket, String request) throws IOException {
        socket.setSoTimeout(10_000);
        OutputStream out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        InputStream in = socket.getInputStream();
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String raw(String body) {
        return "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void aClientThatGoesIsNotAnsweredAnyFurther() throws Exception {
        try (ServedDemo demo = ServedDemo.start(
                bundle, vector, settings -> settings.withLimits(limits(64, 1, Duration.ofMinutes(5))))) {
            for (String stream : List.of("", ",\"stream\":true")) {
                List<Socket> sockets = new ArrayList<>();
                String body = ServedDemo.body(ServedDemo.QUESTION, ",\"n\":50,\"temperature\":2,\"seed\":1" + stream);
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), demo.server.port()));
                sockets.get(0).getOutputStream().write(raw(body).getBytes(StandardCharsets.US_ASCII));
                await(() -> demo.server.answering() == 1);
                int before = demo.log.size();
                sockets.get(0).close();
                await(() -> demo.log.stream().skip(before).anyMatch(line -> line.contains("\"disconnected\":true")));
                await(() -> demo.server.answering() == 0);
                await(() -> nobodyWaits(demo));
            }
        }
    }

    private static boolean nobodyWaits(ServedDemo demo) {
        try {
            String metrics = demo.get("/metrics").body();
            return metrics.contains("steering_queue_waiting{model=\"demo\"} 0")
                    && metrics.contains("steering_queue_writing{model=\"demo\"} 0");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** As many as may connect, each sending a byte of its head now and then, as if it were about to ask. */
    @Test
    void headsThatTrickleInHoldNobodyUp() throws Exception {
        int most = 32;
        try (ServedDemo demo = ServedDemo.start(
                bundle,
                vector,
                settings -> settings.withHttp(
                        new HttpLimits(4096, 4096, Duration.ofSeconds(5), Duration.ofSeconds(1), most)))) {
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < most; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.server.port());
                socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nX: ".getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            CompletableFuture<HttpResponse<String>> asked =
                    demo.client.sendAsync(demo.request("/healthz").build(), HttpResponse.BodyHandlers.ofString());
            for (int i = 0; i < 200 && !asked.isDone(); i++) {
                for (Socket socket : slow) {
                    trickle(socket);
                }
                Thread.sleep(50);
            }
            assertTrue(asked.isDone(), "the connections were held for 10 s");
            assertEquals(200, asked.get().statusCode());
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    private static void trickle(Socket socket) {
        try {
            socket.getOutputStream().write('a');
        } catch (IOException e) {
            // The server has ended it, which is what is wanted.
        }
    }

    @Test
    void aConnectionThatWaitsForItsAnswerIsNotIdle() throws Exception {
        try (ServedDemo demo =
                ServedDemo.start(bundle, vector, settings -> settings.withLimits(limits(64, 1, Duration.ofMinutes(1)))
                        .withHttp(new HttpLimits(4096, 4096, Duration.ofSeconds(5), Duration.ofMillis(50), 16)))) {
            HttpResponse<String> answer = question(demo, ServedDemo.QUESTION, ",\"n\":60,\"temperature\":2,\"seed\":1");
            assertEquals(200, answer.statusCode(), answer.body());
            await(() -> !demo.log.isEmpty());
            JsonNode line = ServedDemo.JSON.readTree(demo.log.get(0));
            assertTrue(line.path("ms").asInt() > 100, line.toString());
        }
    }

    @Test
    void whatIsAskedForWithHeadIsAnsweredAsWithGet() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            for (String path : List.of("/healthz", "/readyz", "/", "/v1/models")) {
                HttpResponse<String> head = demo.send(demo.request(path).method("HEAD", BodyPublishers.noBody()));
                assertEquals(200, head.statusCode(), path);
                assertEquals(
                        demo.get(path).headers().firstValue("content-length"),
                        head.headers().firstValue("content-length"));
                assertTrue(head.body().isEmpty());
            }
        }
    }

    @Test
    void aSlowBodyIsNotWaitedForAndHoldsNobodyUp() throws Exception {
        try (ServedDemo demo = ServedDemo.start(
                bundle,
                vector,
                settings -> settings.withHttp(
                        new HttpLimits(4096, 4096, Duration.ofMillis(700), Duration.ofSeconds(5), 256)))) {
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.server.port());
                socket.getOutputStream()
                        .write(("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: 100\r\n\r\n{")
                                .getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            assertEquals(200, question(demo, ServedDemo.QUESTION, "").statusCode(), "more than there are threads");
            String answer = new String(slow.get(99).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
            for (Socket socket : slow) {
                socket.close();
            }
            await(() -> demo.server.answering() == 0);
        }
    }

    @Test
    void answersThatHaveBegunAreCompletedWhenTheServerEnds() throws Exception {
        ServedDemo demo =
                ServedDemo.start(bundle, vector, settings -> settings.withLimits(limits(64, 1, Duration.ofMinutes(5))));
        HttpRequest request = demo.request(CHAT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        ServedDemo.body(ServedDemo.QUESTION, ",\"n\":20,\"temperature\":2,\"seed\":1")))
                .build();
        CompletableFuture<HttpResponse<String>> answer =
                demo.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        await(() -> demo.server.answering() == 1);
        CompletableFuture<Boolean> closed =
                CompletableFuture.supplyAsync(() -> demo.server.close(Duration.ofSeconds(60)));
        await(() -> {
            try {
                return demo.get("/readyz").statusCode() == 503 || closed.isDone();
            } catch (Exception e) {
                return closed.isDone();
            }
        });
        assertEquals(200, answer.get().statusCode());
        assertEquals(
                20,
                ServedDemo.JSON.readTree(answer.get().body()).path("choices").size());
        assertTrue(closed.get());
    }

    @Test
    void whatIsCutOffByTheEndIsToldWith503() throws Exception {
        ServedDemo demo =
                ServedDemo.start(bundle, vector, settings -> settings.withLimits(limits(64, 1, Duration.ofMinutes(5))));
        HttpRequest request = demo.request(CHAT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        ServedDemo.body(ServedDemo.QUESTION, ",\"n\":60,\"temperature\":2,\"seed\":1")))
                .build();
        CompletableFuture<HttpResponse<String>> answer =
                demo.client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        await(() -> demo.server.answering() == 1);
        assertFalse(demo.server.close(Duration.ZERO));
        assertError(503, "model_closed", answer.get());
    }

    @Test
    void theLogHasRequestsAndNothingOfTheirWords() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            HttpResponse<String> response = demo.send(demo.request(CHAT)
                    .header("Content-Type", "application/json")
                    .header("X-Request-Id", "mine-1")
                    .POST(BodyPublishers.ofString(
                            ServedDemo.body(ServedDemo.QUESTION, ",\"steering\":{\"vector\":\"refusal\"}"))));
            assertEquals("mine-1", response.headers().firstValue("x-request-id").orElseThrow());
            await(() -> !demo.log.isEmpty());
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
            await(() -> !demo.log.isEmpty());
            JsonNode line = ServedDemo.JSON.readTree(demo.log.get(0));
            assertEquals(
                    "user: " + ServedDemo.QUESTION,
                    line.path("messages").path(0).asText());
            assertEquals(answer, line.path("answers").path(0).asText());
        }
    }
}
