package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.MethodDefinition;
import dev.steering.apply.MethodOption;
import dev.steering.apply.MethodRegistry;
import dev.steering.apply.adasteer.AdaSteerDefinition;
import dev.steering.core.certificate.Certificate;
import dev.steering.core.certificate.CertificateJson;
import dev.steering.core.certificate.CertifiedSetting;
import dev.steering.core.vector.VectorFile;
import dev.steering.testkit.DemoRefusal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors that come, change and go while the server answers. */
class VectorEndpointTest {
    static final String ALL = "/v1/steering/vectors";

    @TempDir
    private static Path directory;

    private static Path bundle;
    private static Path vector;
    private static byte[] bytes;
    private static byte[] other;

    @TempDir
    private Path uploads;

    @BeforeAll
    static void export() throws IOException {
        bundle = ServedDemo.bundle(directory);
        vector = ServedDemo.vector(directory, bundle);
        bytes = Files.readAllBytes(vector);
        other = ServedDemo.turned(vector);
    }

    private ServedDemo start() {
        return ServedDemo.start(bundle, vector, settings -> settings.withUploads(uploads));
    }

    static HttpResponse<String> upload(ServedDemo demo, String method, String path, byte[] content) throws Exception {
        return demo.send(demo.request(path)
                .header("Content-Type", "application/octet-stream")
                .method(method, BodyPublishers.ofByteArray(content)));
    }

    static String text(ServedDemo demo, String name) throws Exception {
        return demo.chat(ServedDemo.QUESTION, ",\"steering\":{\"method\":\"add\",\"vector\":\"" + name + "\"}")
                .path("choices")
                .toString();
    }

    static List<String> ids(ServedDemo demo) throws Exception {
        List<String> ids = new ArrayList<>();
        ServedDemo.JSON
                .readTree(demo.get(ALL).body())
                .path("data")
                .forEach(one -> ids.add(one.path("id").asText()));
        return ids;
    }

    @Test
    void aVectorIsUploadedUsedReplacedAndDeleted() throws Exception {
        try (ServedDemo demo = start()) {
            HttpResponse<String> added = upload(demo, "POST", ALL + "?name=mine", bytes);
            assertEquals(201, added.statusCode(), added.body());
            assertEquals(List.of("mine", "refusal"), ids(demo));
            String first = text(demo, "mine");
            assertEquals(text(demo, "refusal"), first);
            JsonNode seen = ServedDemo.JSON.readTree(demo.get(ALL + "/mine").body());
            assertEquals(6, seen.path("layers").asInt());
            assertEquals(0.9581, seen.path("anchoring").path("threshold").asDouble());
            assertTrue(seen.path("certificate").isNull());
            assertFalse(seen.path("read_only").asBoolean());

            assertEquals(409, upload(demo, "POST", ALL + "?name=mine", other).statusCode());
            assertEquals(409, upload(demo, "PUT", ALL + "/refusal", other).statusCode(), "it belongs to the server");
            assertEquals(201, upload(demo, "PUT", ALL + "/mine", other).statusCode());
            assertNotEquals(first, text(demo, "mine"), "the old one is not remembered");

            assertEquals(200, delete(demo, "mine").statusCode());
            assertEquals(404, delete(demo, "mine").statusCode());
            assertEquals(409, delete(demo, "refusal").statusCode());
            assertEquals(List.of("refusal"), ids(demo));
        }
    }

    static HttpResponse<String> delete(ServedDemo demo, String name) throws Exception {
        return demo.send(demo.request(ALL + "/" + name).DELETE());
    }

    @Test
    void uploadsAreThereAgainAfterARestart() throws Exception {
        try (ServedDemo demo = start()) {
            assertEquals(201, upload(demo, "POST", ALL + "?name=mine", bytes).statusCode());
        }
        // What a killed process leaves of a file that it was writing.
        Path half = Files.write(uploads.resolve(".half.vector.steering-0123abcd.tmp"), new byte[10]);
        Path foreign = Files.write(uploads.resolve(".half.vector.tmp123"), new byte[10]);
        try (ServedDemo demo = start()) {
            assertEquals(List.of("mine", "refusal"), ids(demo));
            assertEquals(text(demo, "refusal"), text(demo, "mine"));
            assertFalse(Files.exists(half));
            assertTrue(Files.exists(foreign));
        }
        assertArrayEquals(bytes, Files.readAllBytes(uploads.resolve("mine.vector")));
    }

    @Test
    void aVectorOfAnotherModelIsRefusedWith409UnlessTheRequestInsists() throws Exception {
        Path foreign = directory.resolve("foreign.safetensors");
        VectorFile.write(foreign, DemoRefusal.vector("f".repeat(64)));
        try (ServedDemo demo = ServedDemo.start(bundle, foreign, settings -> settings)) {
            String steering = ",\"steering\":{\"method\":\"add\",\"vector\":\"refusal\"";
            HttpResponse<String> refused =
                    demo.post("/v1/chat/completions", ServedDemo.body(ServedDemo.QUESTION, steering + "}"));
            assertEquals(409, refused.statusCode(), refused.body());
            assertEquals("wrong_model", ServedDemo.error(refused).path("code").asText());
            demo.chat(ServedDemo.QUESTION, steering + ",\"any_model\":true}");
        }
    }

    @Test
    void aCertificateIsToldWithItsVector() throws Exception {
        Certificate certificate = new Certificate(
                "ab".repeat(32),
                "cd".repeat(32),
                "demo",
                "float32",
                new CertifiedSetting("add", "{\"steps\":[]}", "add it", List.of(3), 0.75, "raw"),
                "a judge",
                40,
                null,
                List.of(),
                null,
                List.of("a note"),
                List.of("steer certify it"),
                Map.of("steering", "1"));
        Path certified = directory.resolve("certified.safetensors");
        VectorFile.write(certified, VectorFile.read(vector).withCertificate(certificate));
        try (ServedDemo demo = start()) {
            HttpResponse<String> added = upload(demo, "POST", ALL + "?name=certified", Files.readAllBytes(certified));
            assertEquals(201, added.statusCode(), added.body());
            JsonNode told =
                    ServedDemo.JSON.readTree(demo.get(ALL + "/certified").body());
            assertTrue(told.path("certified").asBoolean());
            assertEquals(
                    ServedDemo.JSON.readTree(CertificateJson.write(certificate).toString()), told.path("certificate"));
        }
    }

    @Test
    void queriesThatAreNoneAreTheClientsMistake() throws Exception {
        try (ServedDemo demo = start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.server.port())) {
            for (String query : List.of("%zz", "%ff%fe")) {
                socket.getOutputStream()
                        .write(("POST " + ALL + "?name=" + query + " HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Type: application/octet-stream\r\nContent-Length: 1\r\n\r\nx")
                                .getBytes(StandardCharsets.US_ASCII));
            }
            socket.shutdownOutput();
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(3, answers.split("HTTP/1.1 400").length, answers);
            assertTrue(answers.contains("bad_query"), answers);
        }
    }

    @Test
    void aVectorThatCannotBeKeptIsNotThere() throws Exception {
        try (ServedDemo demo = start()) {
            assertEquals(201, upload(demo, "POST", ALL + "?name=mine", bytes).statusCode());
            Files.delete(uploads.resolve("mine.vector"));
            Files.delete(uploads);
            HttpResponse<String> response = upload(demo, "POST", ALL + "?name=next", bytes);
            assertEquals(507, response.statusCode(), response.body());
            assertFalse(response.body().contains(uploads.getFileName().toString()), response.body());
            assertEquals(List.of("mine", "refusal"), ids(demo));
            Files.createDirectory(uploads);
            assertEquals(201, upload(demo, "POST", ALL + "?name=next", bytes).statusCode());
        }
    }

    @Test
    void optionsOfMethodsReadNoFileOfTheServer() throws Exception {
        try (ServedDemo demo = start()) {
            for (MethodDefinition method : MethodRegistry.all()) {
                for (MethodOption<?> option : method.options()) {
                    if (option.isFile()) {
                        String steering = ",\"steering\":{\"method\":\"" + method.name()
                                + "\",\"vector\":\"refusal\",\"options\":{\"" + option.name() + "\":"
                                + ServedDemo.JSON.getNodeFactory().textNode(vector.toString()) + "}}";
                        HttpResponse<String> response =
                                demo.post("/v1/chat/completions", ServedDemo.body(ServedDemo.QUESTION, steering));
                        assertEquals(404, response.statusCode(), response.body());
                        HttpResponse<String> named = demo.post(
                                "/v1/chat/completions",
                                ServedDemo.body(
                                        ServedDemo.QUESTION, steering.replaceAll(":\"[^\"]*\"}}$", ":\"refusal\"}}")));
                        // Found by its name, and refused for what the demo's vector has not.
                        assertEquals(400, named.statusCode(), named.body());
                        assertTrue(named.body().contains("statistics of its layers"), named.body());
                    }
                }
            }
            assertTrue(AdaSteerDefinition.HARM_VECTOR.isFile());
        }
    }

    @Test
    void methodsAreListedWithWhatTheyNeed() throws Exception {
        try (ServedDemo demo = start()) {
            JsonNode methods =
                    ServedDemo.JSON.readTree(demo.get("/v1/steering/methods").body());
            boolean found = false;
            for (JsonNode method : methods.path("data")) {
                found |= method.path("id").asText().equals("scans")
                        && method.path("needs_vector").asBoolean()
                        && method.path("has_strength").asBoolean();
            }
            assertTrue(found, methods.toString());
        }
    }
}
