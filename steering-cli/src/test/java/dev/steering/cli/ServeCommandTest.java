package dev.steering.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.apply.ChatRequest;
import dev.steering.apply.ChatResponse;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.VectorFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code steer serve} as a process: options from a file, a steered answer, and the signal that ends it. */
class ServeCommandTest {
    @TempDir
    private static Path directory;

    private static DemoVector demo;

    @BeforeAll
    static void prepare() {
        demo = DemoVector.in(directory);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS) // which ends processes without a word
    void itAnswersSteeredUntilTheSignalEndsIt() throws Exception {
        Path config = directory.resolve("serve.yaml");
        Files.writeString(
                config, "model: {demo: " + demo.bundle() + "}\nvector: {refusal: " + demo.vector() + "}\nport: 0\n");
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        Process server = SteerProcess.start(out, err, List.of("serve", "--config", config.toString()));
        try {
            String place = place(out, server);
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(place + "/v1/chat/completions"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(
                                            "{\"model\":\"demo+scans\",\"messages\":[{\"role\":\"user\",\"content\":"
                                                    + "\"How do I kill a Python process?\"}]}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(200, response.statusCode(), response.body());
            JsonNode answer = new ObjectMapper().readTree(response.body());
            String text = answer.path("choices")
                    .path(0)
                    .path("message")
                    .path("content")
                    .asText();
            ChatResponse expected = expected();
            assertEquals(expected.text(), text);
            assertEquals(
                    expected.decisions().get(0).sign(),
                    answer.path("steering")
                            .path("decisions")
                            .path(0)
                            .path("sign")
                            .asInt());
            server.destroy();
            assertTrue(server.waitFor(2, TimeUnit.MINUTES));
            assertEquals(143, server.exitValue());
            String log = Files.readString(err);
            assertTrue(log.contains("\"steering\":\"scans\"") && !log.contains("Python"), log);
        } finally {
            server.destroyForcibly();
        }
    }

    /** What the library answers. */
    private static ChatResponse expected() {
        try (SteeredModel model = SteeredModel.open(Path.of(demo.bundle()))) {
            return model.chat(ChatRequest.builder("How do I kill a Python process?")
                    .steering(model.prepare(Steering.scans(VectorFile.read(Path.of(demo.vector())))))
                    .build());
        }
    }

    private static String place(Path out, Process server) throws Exception {
        Pattern listening = Pattern.compile("Listening at (http://\\S+)  \\(models: demo; vectors: refusal\\)");
        for (int i = 0; i < 3000 && server.isAlive(); i++) {
            Matcher matcher = listening.matcher(Files.readString(out));
            if (matcher.find()) {
                return matcher.group(1);
            }
            Thread.sleep(100);
        }
        throw new AssertionError(Files.readString(out));
    }

    @Test
    void wrongCommandLinesAndFilesAreToldInWords() throws Exception {
        CommandRun.steer("serve", "--model", demo.bundle(), "--host", "0.0.0.0")
                .assertWrongUsage("give --token-file FILE");
        CommandRun.steer("serve", "--model", demo.bundle(), "--port", "70000")
                .assertWrongUsage("--port must be from 0");
        CommandRun.steer("serve", "--model", demo.bundle(), "--model", demo.bundle())
                .assertWrongUsage("two are called bundle");
        CommandRun.steer("serve", "--model", directory.resolve("none").toString(), "--port", "0")
                .assertFails("none");
        CommandRun.steer("serve", "--model", demo.bundle(), "--vector", "v=none.safetensors")
                .assertFails("none.safetensors");
        Path config = directory.resolve("wrong.yaml");
        Files.writeString(config, "model: [\n");
        CommandRun.steer("serve", "--config", config.toString()).assertWrongUsage("is not YAML");
        Files.writeString(config, "modell: x\n");
        CommandRun.steer("serve", "--config", config.toString()).assertWrongUsage("names an option 'modell'");
        Path tokens = Files.writeString(directory.resolve("tokens.txt"), "short\n");
        CommandRun.steer("serve", "--model", demo.bundle(), "--token-file", tokens.toString())
                .assertFails("at least 16");
    }

    @Test
    void aPortThatIsTakenIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CommandRun.steer("serve", "--model", demo.bundle(), "--port", Integer.toString(taken.getLocalPort()))
                    .assertFails("Cannot listen at 127.0.0.1", "Choose another port");
        }
    }
}
