package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.server.ServerSettings.RequestLimits;
import dev.steering.server.http.HttpLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are slow, or go away. */
class SlowClientsTest {
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
    void aClientThatGoesIsNotAnsweredAnyFurther() throws Exception {
        try (ServedDemo demo =
                ServedDemo.start(bundle, vector, settings -> settings.withLimits(ServedDemo.oneByOne()))) {
            for (String stream : List.of("", ",\"stream\":true")) {
                String body = ServedDemo.body(
                        ServedDemo.QUESTION, ",\"n\":" + ServedDemo.MANY + ",\"temperature\":2,\"seed\":1" + stream);
                demo.awaitDisconnect(() -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.server.port())) {
                        int before = demo.log.size();
                        socket.getOutputStream().write(ServedDemo.raw(body).getBytes(StandardCharsets.US_ASCII));
                        ServedDemo.await(() -> demo.server.answering() == 1 || demo.log.size() > before);
                    }
                });
                ServedDemo.await(demo::nobodyWaits);
            }
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
            ServedDemo.await(() -> {
                slow.forEach(SlowClientsTest::trickle);
                return asked.isDone();
            });
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

    /** However fast the model is: the more answers are asked for, the longer the connection waits. */
    @Test
    void aConnectionThatWaitsForItsAnswerIsNotIdle() throws Exception {
        RequestLimits patient = new RequestLimits(4, 200, 40, 1 << 14, Duration.ofMinutes(5), 1 << 14, 1, 3);
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings.withLimits(patient)
                .withHttp(new HttpLimits(4096, 4096, Duration.ofMinutes(1), Duration.ofMillis(50), 16)))) {
            int waited = 0;
            for (int n = 64; n <= 1 << 14 && waited < 700; n *= 2) {
                int before = demo.log.size();
                String body = ServedDemo.body(ServedDemo.QUESTION, ",\"n\":" + n + ",\"temperature\":2,\"seed\":1");
                // On a connection of its own: one that is kept may be ended between two requests.
                String answer =
                        ServedDemo.exchange(demo, ServedDemo.raw(body).replace("Host:", "Connection: close\r\nHost:"));
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
                ServedDemo.await(() -> demo.log.size() > before);
                waited = ServedDemo.JSON
                        .readTree(demo.log.get(before))
                        .path("ms")
                        .asInt();
            }
            assertTrue(waited >= 700, "more than ten times as long as a connection may be idle, found " + waited);
        }
    }

    @Test
    void aSlowBodyIsNotWaitedForAndHoldsNobodyUp() throws Exception {
        try (ServedDemo demo = ServedDemo.start(
                bundle,
                vector,
                settings -> settings.withHttp(
                        new HttpLimits(4096, 4096, Duration.ofMillis(1500), Duration.ofMinutes(1), 256)))) {
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.server.port());
                socket.getOutputStream()
                        .write(("POST " + ServedDemo.CHAT
                                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: 100\r\n\r\n{")
                                .getBytes(StandardCharsets.US_ASCII));
                slow.add(socket);
            }
            assertEquals(200, demo.question(ServedDemo.QUESTION, "").statusCode(), "more than there are threads");
            String answer = new String(slow.get(99).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
            for (Socket socket : slow) {
                socket.close();
            }
            ServedDemo.await(() -> demo.server.answering() == 0);
        }
    }
}
