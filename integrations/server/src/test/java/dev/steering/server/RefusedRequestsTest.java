package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.server.http.HttpLimits;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are wrong, each with its status; they disturb nobody. */
class RefusedRequestsTest {
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
    void everyMistakeHasItsStatusAndDisturbsNobody() throws Exception {
        try (ServedDemo demo = ServedDemo.start(
                bundle, vector, settings -> settings.withLimits(ServedDemo.limits(8, 4, Duration.ofMinutes(1)))
                        .withHttp(new HttpLimits(4096, 8192, Duration.ofSeconds(5), Duration.ofSeconds(5), 64)))) {
            String before = demo.chat(ServedDemo.QUESTION, "").path("choices").toString();
            ServedDemo.assertError(400, "invalid_json", demo.post(ServedDemo.CHAT, "{"));
            ServedDemo.assertError(400, "invalid_json", demo.post(ServedDemo.CHAT, "[]"));
            ServedDemo.assertError(400, "invalid_json", demo.post(ServedDemo.CHAT, "{} {}"));
            ServedDemo.assertError(400, "invalid_json", demo.post(ServedDemo.CHAT, "[".repeat(2000)));
            ServedDemo.assertError(
                    400, "invalid_json", demo.post(ServedDemo.CHAT, "{\"model\":\"demo\",\"model\":\"demo\"}"));
            ServedDemo.assertError(400, "invalid_value", demo.post(ServedDemo.CHAT, "{\"messages\":[]}"));
            ServedDemo.assertError(404, "model_not_found", demo.post(ServedDemo.CHAT, "{\"model\":\"gpt\"}"));
            ServedDemo.assertError(404, "model_not_found", demo.post(ServedDemo.CHAT, "{\"model\":\"demo+magic\"}"));
            ServedDemo.assertError(413, "request_too_large", demo.post(ServedDemo.CHAT, " ".repeat(5000)));
            ServedDemo.assertError(404, "unknown_url", demo.get("/v2"));
            ServedDemo.assertError(405, "method_not_allowed", demo.get(ServedDemo.CHAT));
            ServedDemo.assertError(
                    415,
                    "wrong_content_type",
                    demo.send(demo.request(ServedDemo.CHAT).POST(BodyPublishers.ofString("{}"))));
            ServedDemo.assertError(400, "context_length_exceeded", demo.question("kill ".repeat(300), ""));
            String five = "{\"role\":\"user\",\"content\":\"Hi\"},".repeat(5).replaceFirst(",$", "");
            ServedDemo.assertError(
                    400,
                    "invalid_value",
                    demo.post(ServedDemo.CHAT, "{\"model\":\"demo\",\"messages\":[" + five + "]}"));
            Map<String, String> wrong = Map.ofEntries(
                    Map.entry(",\"n\":65", "invalid_value"),
                    Map.entry(",\"max_completion_tokens\":201", "invalid_value"),
                    Map.entry(",\"temperature\":\"hot\"", "invalid_value"),
                    Map.entry(",\"temperature\":1e999", "invalid_value"),
                    Map.entry(",\"top_p\":-1", "invalid_value"),
                    Map.entry(",\"stop\":[\"\"]", "invalid_value"),
                    Map.entry(",\"tempreature\":1", "unknown_parameter"),
                    Map.entry(",\"\\ud800\":1", "invalid_json"),
                    Map.entry(",\"logprobs\":5", "invalid_value"),
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
                ServedDemo.assertError(400, entry.getValue(), demo.question(ServedDemo.QUESTION, entry.getKey()));
            }
            ServedDemo.assertError(
                    404, "vector_not_found", demo.question(ServedDemo.QUESTION, ",\"steering\":{\"vector\":\"none\"}"));
            ServedDemo.assertError(
                    422,
                    "numeric_overflow",
                    demo.question(
                            ServedDemo.QUESTION,
                            ",\"steering\":{\"method\":\"add\",\"vector\":\"refusal\",\"strength\":1e38}"));
            assertEquals(
                    before, demo.chat(ServedDemo.QUESTION, "").path("choices").toString());
        }
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
                HttpResponse<String> response = demo.send(demo.request(ServedDemo.CHAT)
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
    void whatIsMadeToFillTheMemoryIsNoRequest() throws Exception {
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            String before = demo.chat(ServedDemo.QUESTION, "").path("choices").toString();
            Map<String, String> bodies = new LinkedHashMap<>();
            bodies.put("{\"a\":[" + "[],".repeat(300_000) + "0]}", "invalid_json");
            bodies.put("{\"a\":" + "[".repeat(500_000) + "]".repeat(500_000) + "}", "invalid_json");
            bodies.put("{\"model\":\"demo\",\"seed\":" + "9".repeat(2000) + "}", "invalid_json");
            bodies.put("{\"model\":\"demo\",\"seed\":1e999999999,\"messages\":[]}", "invalid_value");
            bodies.put("{" + "\"a\":1,".repeat(2) + "\"b\":1}", "invalid_json");
            bodies.put("{\"" + "k".repeat(100_000) + "\":1}", "invalid_json");
            bodies.put(ServedDemo.body(ServedDemo.QUESTION, ",\"temperature\":NaN"), "invalid_json");
            bodies.put(ServedDemo.body(ServedDemo.QUESTION, ",\"temperature\":0x1"), "invalid_json");
            bodies.put(ServedDemo.body(ServedDemo.QUESTION, ",\"seed\":9223372036854775808"), "invalid_value");
            bodies.put(ServedDemo.body(ServedDemo.QUESTION, ",\"top_logprobs\":3"), "invalid_value");
            bodies.put(ServedDemo.body(ServedDemo.QUESTION, ",\"logprobs\":true,\"top_logprobs\":21"), "invalid_value");
            bodies.put(
                    ServedDemo.body(ServedDemo.QUESTION, "")
                            .replace(
                                    "\"max_tokens\":40",
                                    "\"max_tokens\":4096,\"logprobs\":true,\"top_logprobs\":20,\"n\":8"),
                    "invalid_value");
            for (Map.Entry<String, String> body : bodies.entrySet()) {
                ServedDemo.assertError(400, body.getValue(), demo.post(ServedDemo.CHAT, body.getKey()));
            }
            for (byte[] broken : List.of(
                    new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'},
                    new byte[] {(byte) 0xff, (byte) 0xfe, '{'},
                    new byte[] {'{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'},
                    new byte[] {0, 0, 0, 0},
                    new byte[0])) {
                HttpResponse<String> response = demo.send(demo.request(ServedDemo.CHAT)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(broken)));
                assertEquals(400, response.statusCode(), Arrays.toString(broken) + response.body());
            }
            assertEquals(
                    before, demo.chat(ServedDemo.QUESTION, "").path("choices").toString());
            assertTrue(demo.log.stream().noneMatch(line -> line.contains("\"failure\"")), demo.log.toString());
        }
    }
}
