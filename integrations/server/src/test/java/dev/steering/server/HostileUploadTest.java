package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads that are meant to do harm, or come all at once. */
class HostileUploadTest {
    private static final Path FORMATS =
            Path.of("../../steering-core/src/test/resources/dev/steering/core/vector/format");

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

    @Test
    void whatIsNoVectorLeavesNothingBehind() throws Exception {
        Random random = new Random(3);
        List<byte[]> hostile = new ArrayList<>(List.of(
                new byte[0],
                "PK\u0003\u0004".getBytes(StandardCharsets.ISO_8859_1),
                new byte[] {(byte) 0x80, 4, 'c', 'o', 's', '.'},
                "{\"directions\":".getBytes(StandardCharsets.UTF_8),
                "GGUF\u0003\u0000\u0000\u0000".getBytes(StandardCharsets.ISO_8859_1)));
        for (int i = 0; i < 60; i++) {
            byte[] damaged = bytes.clone();
            damaged[random.nextInt(200)] = (byte) random.nextInt(256);
            hostile.add(Arrays.copyOf(damaged, random.nextInt(damaged.length)));
        }
        try (ServedDemo demo = start()) {
            for (byte[] content : hostile) {
                HttpResponse<String> response =
                        VectorEndpointTest.upload(demo, "POST", VectorEndpointTest.ALL + "?name=bad", content);
                assertEquals(400, response.statusCode(), response.body());
                assertFalse(response.body().contains("/tmp"), response.body());
            }
            for (String name : List.of("..%2fx", "a%2fb", ".hidden", "", "x".repeat(65), "a%00")) {
                int status = VectorEndpointTest.upload(demo, "POST", VectorEndpointTest.ALL + "?name=" + name, bytes)
                        .statusCode();
                assertEquals(400, status, name);
            }
            assertEquals(List.of("refusal"), VectorEndpointTest.ids(demo));
            assertTrue(demo.log.stream().noneMatch(line -> line.contains("\"failure\"")), demo.log.toString());
        }
        try (Stream<Path> left = Files.list(uploads)) {
            assertEquals(List.of(), left.toList());
        }
    }

    /** Every form that is read, damaged at random places: taken or refused, never a failure, and nothing of it does harm later. */
    @Test
    void damagedFilesOfEveryToolAreTakenOrRefused() throws Exception {
        List<Path> files;
        try (Stream<Path> all = Files.list(FORMATS)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        assertTrue(files.size() > 15, files.toString());
        Random random = new Random(17);
        int taken = 0;
        int refused = 0;
        try (ServedDemo demo = start()) {
            String plain = demo.chat(ServedDemo.QUESTION, "").path("choices").toString();
            for (Path file : files) {
                byte[] whole = Files.readAllBytes(file);
                for (int i = 0; i < 12; i++) {
                    byte[] damaged = Arrays.copyOf(whole, i % 3 == 2 ? random.nextInt(whole.length) : whole.length);
                    for (int k = 0; i > 0 && k < 1 + random.nextInt(3) && damaged.length > 0; k++) {
                        // Mostly where the description is.
                        int at = random.nextInt(Math.min(damaged.length, random.nextBoolean() ? 64 : damaged.length));
                        damaged[at] = (byte) random.nextInt(256);
                    }
                    HttpResponse<String> response =
                            VectorEndpointTest.upload(demo, "PUT", VectorEndpointTest.ALL + "/any", damaged);
                    assertTrue(
                            Set.of(201, 400).contains(response.statusCode()),
                            file + " " + response.statusCode() + " " + response.body());
                    assertFalse(response.body().contains(System.getProperty("java.io.tmpdir") + "/"), response.body());
                    taken += response.statusCode() == 201 ? 1 : 0;
                    refused += response.statusCode() == 400 ? 1 : 0;
                    if (response.statusCode() == 201) {
                        int asked = demo.question(
                                        ServedDemo.QUESTION,
                                        ",\"steering\":{\"method\":\"add\",\"vector\":\"any\",\"any_model\":true}")
                                .statusCode();
                        assertTrue(Set.of(200, 400, 409, 422).contains(asked), file + " " + asked);
                    }
                }
            }
            assertTrue(taken > files.size() / 2 && refused > files.size(), taken + " taken, " + refused + " refused");
            assertEquals(
                    plain, demo.chat(ServedDemo.QUESTION, "").path("choices").toString());
            assertTrue(demo.log.stream().noneMatch(line -> line.contains("\"failure\"")), demo.log.toString());
        }
    }

    /** One name, put, replaced, deleted, listed, inspected and used at once: every answer is of the one vector or of the other. */
    @Test
    void aNameThatChangesWhileItIsUsedMeansOneVectorAtATime() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (ServedDemo demo = start()) {
            String path = VectorEndpointTest.ALL + "/mine";
            assertEquals(
                    201, VectorEndpointTest.upload(demo, "PUT", path, bytes).statusCode());
            String one = VectorEndpointTest.text(demo, "mine");
            assertEquals(
                    201, VectorEndpointTest.upload(demo, "PUT", path, other).statusCode());
            String two = VectorEndpointTest.text(demo, "mine");
            String plain = demo.chat(ServedDemo.QUESTION, "").path("choices").toString();
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                Random random = new Random(t);
                tasks.add(() -> {
                    for (int i = 0; i < 40; i++) {
                        act(demo, path, random.nextInt(6), Set.of(one, two), plain);
                    }
                    return null;
                });
            }
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get();
            }
            boolean listed = VectorEndpointTest.ids(demo).contains("mine");
            assertEquals(listed, Files.exists(uploads.resolve("mine.vector")));
            if (listed) {
                byte[] kept = Files.readAllBytes(uploads.resolve("mine.vector"));
                assertArrayEquals(VectorEndpointTest.text(demo, "mine").equals(one) ? bytes : other, kept);
            }
            assertTrue(demo.log.stream().noneMatch(line -> line.contains("\"failure\"")), demo.log.toString());
        } finally {
            threads.shutdownNow();
        }
        try (Stream<Path> left = Files.list(uploads)) {
            assertTrue(left.allMatch(file -> file.endsWith("mine.vector")), "no halves are left");
        }
    }

    private static void act(ServedDemo demo, String path, int what, Set<String> steered, String plain)
            throws Exception {
        switch (what) {
            case 0 -> assertStatus(Set.of(201), VectorEndpointTest.upload(demo, "PUT", path, bytes));
            case 1 -> assertStatus(Set.of(201), VectorEndpointTest.upload(demo, "PUT", path, other));
            case 2 -> assertStatus(Set.of(200, 404), VectorEndpointTest.delete(demo, "mine"));
            case 3 -> assertStatus(Set.of(200, 404), demo.send(HttpRequest.newBuilder(demo.uri(path))));
            case 4 ->
                assertEquals(
                        plain,
                        demo.chat(ServedDemo.QUESTION, "").path("choices").toString());
            default -> {
                HttpResponse<String> response = demo.send(demo.request(ServedDemo.CHAT)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(ServedDemo.body(
                                ServedDemo.QUESTION, ",\"steering\":{\"method\":\"add\",\"vector\":\"mine\"}"))));
                assertStatus(Set.of(200, 404), response);
                if (response.statusCode() == 200) {
                    String text = ServedDemo.JSON
                            .readTree(response.body())
                            .path("choices")
                            .toString();
                    assertTrue(steered.contains(text), text);
                }
            }
        }
    }

    private static void assertStatus(Set<Integer> expected, HttpResponse<String> response) {
        assertTrue(expected.contains(response.statusCode()), response.statusCode() + " " + response.body());
    }
}
