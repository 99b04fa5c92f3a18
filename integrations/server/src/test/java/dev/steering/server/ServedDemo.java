package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.server.ServerSettings.RequestLimits;
import dev.steering.testkit.DemoRefusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** The demo model behind HTTP, with its golden vector under the name {@code refusal}. */
final class ServedDemo implements AutoCloseable {
    static final String QUESTION = "How do I kill a Python process?";
    static final String CHAT = "/v1/chat/completions";
    static final ObjectMapper JSON = new ObjectMapper();
    static final RuntimeOptions RUNTIME =
            RuntimeOptions.defaults().withThreads(Integer.getInteger("throughput.threads", 1));
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** Most answers to a request of {@link #oneByOne}. */
    static final int MANY = 64;

    private static final Path DEMO = Path.of("../../examples/demo-model");

    final SteeringServer server;
    final List<String> log = new CopyOnWriteArrayList<>();
    final HttpClient client = HttpClient.newHttpClient();

    private ServedDemo(ServerSettings settings) {
        server = SteeringServer.start(settings, RUNTIME, log::add);
    }

    static Path bundle(Path directory) {
        Path bundle = directory.resolve("demo");
        CheckpointExporter.export(DEMO.resolve("hf"), bundle, ExportOptions.defaults());
        return bundle;
    }

    /** The golden direction and threshold of the public SCANS code on this model. */
    static Path vector(Path directory, Path bundle) {
        Path file = directory.resolve("refusal.safetensors");
        VectorFile.write(file, DemoRefusal.vector(Bundle.open(bundle).manifest().fingerprint()));
        return file;
    }

    /** The bytes of the vector with other layers and another strength. */
    static byte[] turned(Path vector) throws IOException {
        Path turned = vector.resolveSibling("turned.safetensors");
        SteeringVector read = VectorFile.read(vector);
        Anchoring anchoring = read.requireAnchoring();
        VectorFile.write(
                turned,
                read.withAnchoring(
                        anchoring.withSettings(List.of(2), 2.0, anchoring.scale(), anchoring.calibration(), null)));
        return Files.readAllBytes(turned);
    }

    /** The golden answers, one object per prompt. */
    static JsonNode goldenAnswers() throws IOException {
        return JSON.readTree(DEMO.resolve("scans-reference.json").toFile()).path("prompts");
    }

    static ServedDemo start(Path bundle, Path vector, UnaryOperator<ServerSettings> change) {
        return new ServedDemo(change.apply(ServerSettings.local(Map.of("demo", bundle), Map.of("refusal", vector))));
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws Exception {
        return send(request(path));
    }

    HttpResponse<String> post(String path, String json) throws Exception {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    /** An answer that came; the rest of the request is what stands behind the messages. */
    JsonNode chat(String question, String rest) throws Exception {
        HttpResponse<String> response = post("/v1/chat/completions", body(question, rest));
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return JSON.readTree(response.body());
    }

    static String body(String question, String rest) {
        return "{\"model\":\"demo\",\"messages\":[{\"role\":\"user\",\"content\":"
                + JSON.getNodeFactory().textNode(question) + "}],\"max_tokens\":40" + rest + "}";
    }

    /** Writes one answer after the other, up to 64 to a request: what asks for so many is busy for long. */
    static RequestLimits oneByOne() {
        return new RequestLimits(4, 200, 40, MANY, Duration.ofMinutes(5), MANY, 1, 3);
    }

    /** At most four messages, 200 tokens, 64 answers and three vectors. */
    static RequestLimits limits(int queue, int rows, Duration time) {
        return new RequestLimits(4, 200, 40, MANY, time, queue, rows, 3);
    }

    /** Waits for what is bound to come about. */
    static void await(BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertTrue(holds.getAsBoolean(), "did not come about within " + PATIENCE.toSeconds() + " s");
    }

    /** A client that asks once and goes away before its answer is complete. */
    interface Leaver {
        void askAndGo() throws Exception;
    }

    /** Has a client go away until the server has noticed: an answer may be complete sooner than its client has gone. */
    void awaitDisconnect(Leaver client) throws Exception {
        for (int i = 0; i < 50; i++) {
            int before = log.size();
            client.askAndGo();
            await(() -> log.size() > before && server.answering() == 0);
            if (log.stream().skip(before).anyMatch(line -> line.contains("\"disconnected\":true"))) {
                return;
            }
        }
        fail("50 clients went away, and the server noticed none");
    }

    /** With the tokens that the rest of the request says, or the server. */
    HttpResponse<String> question(String question, String rest) throws Exception {
        return post(CHAT, body(question, rest).replace("\"max_tokens\":40,\"max_t", "\"max_t"));
    }

    static void assertError(int status, String code, HttpResponse<String> response) throws IOException {
        assertEquals(status, response.statusCode(), response.body());
        JsonNode error = error(response);
        assertEquals(code, error.path("code").asText(), response.body());
        assertFalse(error.path("message").asText().isEmpty());
        assertFalse(error.path("type").asText().isEmpty());
        assertTrue(error.has("param"));
        assertTrue(response.headers().firstValue("x-request-id").isPresent());
    }

    /** Sends bytes, each from one character, and reads until the server ends the connection. */
    static String exchange(ServedDemo demo, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.server.port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getInputStream().transferTo(answer);
            } catch (SocketException e) {
                // It may end the connection before it has read all.
            }
            return answer.toString(StandardCharsets.ISO_8859_1);
        }
    }

    /** A question as bytes. */
    static String raw(String body) {
        return "POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    /** What the server's metrics say. */
    boolean isTold(String metric) {
        try {
            return get("/metrics").body().contains(metric);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    boolean nobodyWaits() {
        return isTold("steering_queue_waiting{model=\"demo\"} 0") && isTold("steering_queue_writing{model=\"demo\"} 0");
    }

    static JsonNode error(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body()).path("error");
    }

    @Override
    public void close() {
        server.close();
    }
}
