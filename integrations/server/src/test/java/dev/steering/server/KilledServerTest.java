package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.model.pass.RuntimeOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed amid uploads has them whole or not at all when it is started again. */
class KilledServerTest {
    private static final int CLIENTS = 4;
    private static final long PATIENCE = 60_000_000_000L;

    @TempDir
    private Path directory;

    private final HttpClient client = HttpClient.newHttpClient();

    /** What is killed: a bundle and a directory of uploads. */
    public static final class Served {
        private Served() {}

        /**
         * @param args bundle, directory of uploads
         * @throws InterruptedException never
         */
        public static void main(String[] args) throws InterruptedException {
            ServerSettings settings = ServerSettings.local(Map.of("demo", Path.of(args[0])), Map.of())
                    .withUploads(Path.of(args[1]));
            SteeringServer server =
                    SteeringServer.start(settings, RuntimeOptions.defaults().withThreads(1), line -> {});
            System.out.println(server.port());
            new CountDownLatch(1).await();
        }
    }

    /** A process and where it listens. */
    private record Running(Process process, URI vectors) {}

    private Running start(Path bundle, Path uploads) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx300m",
                "-XX:TieredStopAtLevel=1",
                Served.class.getName(),
                bundle.toString(),
                uploads.toString());
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        builder.redirectError(directory.resolve("errors.txt").toFile());
        Process process = builder.start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String port = out.readLine();
        assertNotNull(port, Files.readString(directory.resolve("errors.txt")));
        return new Running(process, URI.create("http://127.0.0.1:" + port + "/v1/steering/vectors"));
    }

    private Set<String> ids(Running server) throws Exception {
        Set<String> ids = new TreeSet<>();
        JsonNode list = ServedDemo.JSON.readTree(
                client.send(HttpRequest.newBuilder(server.vectors()).build(), BodyHandlers.ofString())
                        .body());
        list.path("data").forEach(vector -> ids.add(vector.path("id").asText()));
        return ids;
    }

    private void upload(Running server, byte[] bytes, String first, Set<String> confirmed) {
        try {
            for (int i = 0; ; i++) {
                String name = first + i % 8;
                int status = client.send(
                                HttpRequest.newBuilder(URI.create(server.vectors() + "/" + name))
                                        .header("Content-Type", "application/octet-stream")
                                        .PUT(BodyPublishers.ofByteArray(bytes))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode();
                if (status == 201) {
                    confirmed.add(name);
                }
            }
        } catch (IOException e) {
            // It has been killed.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void uploadsAreThereAsAWholeOrNotAtAll() throws Exception {
        Path bundle = ServedDemo.bundle(directory);
        byte[] bytes = Files.readAllBytes(ServedDemo.vector(directory, bundle));
        Path uploads = directory.resolve("uploads");
        Set<String> confirmed = new ConcurrentSkipListSet<>();
        Random random = new Random(9);
        for (int round = 0; round < 3; round++) {
            Running server = start(bundle, uploads);
            try {
                assertTrue(ids(server).containsAll(confirmed), "a confirmed upload is gone");
                List<Thread> clients = Stream.iterate(0, c -> c + 1)
                        .limit(CLIENTS)
                        .map(c -> new Thread(() -> upload(server, bytes, "c" + c + "-", confirmed)))
                        .toList();
                int before = confirmed.size();
                int wanted = round == 0 ? 1 + random.nextInt(8) : 0;
                long began = System.nanoTime();
                clients.forEach(Thread::start);
                while (confirmed.size() < before + wanted && System.nanoTime() - began < PATIENCE) {
                    Thread.sleep(5);
                }
                Thread.sleep(random.nextInt(300));
                server.process().destroyForcibly().waitFor();
                for (Thread one : clients) {
                    one.join();
                }
            } finally {
                server.process().destroyForcibly();
            }
        }
        assertTrue(!confirmed.isEmpty(), "none was uploaded before it was killed");
        Running last = start(bundle, uploads);
        try {
            Set<String> there = ids(last);
            assertTrue(there.containsAll(confirmed), confirmed + " " + there);
            for (String name : there) {
                assertArrayEquals(bytes, Files.readAllBytes(uploads.resolve(name + ".vector")), name);
            }
            try (Stream<Path> files = Files.list(uploads)) {
                assertEquals(
                        there.size(),
                        files.filter(file -> file.toString().endsWith(".vector"))
                                .count());
            }
        } finally {
            last.process().destroyForcibly();
        }
    }
}
