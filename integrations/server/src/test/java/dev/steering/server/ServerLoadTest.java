package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.ChatRequest;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.VectorFile;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 64 clients stream at once, steered and not, for {@code -Dload.seconds} (20), while others go away amid their answers: every answer is that of
 * the library alone, nobody is refused, and nothing is left open.
 */
@Tag("slow")
class ServerLoadTest {
    private static final int CLIENTS = 64;
    private static final int LEAVERS = 2000;

    @TempDir
    private Path directory;

    private static String streamed(HttpResponse<String> response) throws Exception {
        StringBuilder text = new StringBuilder();
        assertEquals(200, response.statusCode(), response.body());
        boolean done = false;
        for (String line : (Iterable<String>) response.body().lines().filter(l -> !l.isEmpty())::iterator) {
            done = line.equals("data: [DONE]");
            if (!done) {
                JsonNode event = ServedDemo.JSON.readTree(line.substring("data: ".length()));
                text.append(event.path("choices")
                        .path(0)
                        .path("delta")
                        .path("content")
                        .asText(""));
            }
        }
        assertTrue(done, "the stream was cut");
        return text.toString();
    }

    /** What the library alone answers, by the body of the request. */
    private static Map<String, String> expected(Path bundle, Path vector) throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        try (SteeredModel model = SteeredModel.open(bundle)) {
            var scans = model.prepare(Steering.scans(VectorFile.read(vector)));
            for (JsonNode golden : ServedDemo.goldenAnswers()) {
                String question = golden.path("prompt").asText();
                for (boolean steered : new boolean[] {true, false}) {
                    String rest = ",\"stream\":true" + (steered ? ",\"steering\":{\"vector\":\"refusal\"}" : "");
                    String answer = model.chat(ChatRequest.builder(question)
                                    .options(GenerationOptions.greedy(40))
                                    .steering(steered ? scans : null)
                                    .build())
                            .text();
                    expected.put(ServedDemo.body(question, rest), answer);
                }
            }
        }
        return expected;
    }

    @Test
    void answersUnderLoadAreThoseOfTheLibraryAlone() throws Exception {
        Path bundle = ServedDemo.bundle(directory);
        Path vector = ServedDemo.vector(directory, bundle);
        Map<String, String> expected = expected(bundle, vector);
        List<String> bodies = List.copyOf(expected.keySet());
        long end = System.nanoTime() + Long.getLong("load.seconds", 20) * 1_000_000_000L;
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings)) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                int first = c;
                Callable<Integer> client = () -> {
                    int answered = 0;
                    for (int i = first; System.nanoTime() < end; i += 7) {
                        String body = bodies.get(i % bodies.size());
                        HttpRequest.Builder request = demo.request("/v1/chat/completions")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body));
                        assertEquals(expected.get(body), streamed(demo.send(request)), body);
                        answered++;
                    }
                    return answered;
                };
                clients.add(threads.submit(client));
            }
            AtomicInteger left = new AtomicInteger();
            Future<?> leaver = threads.submit(() -> leave(demo, bodies, left, end));
            leaver.get();
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (Future<Integer> client : clients) {
                least = Math.min(least, client.get());
                most = Math.max(most, client.get());
            }
            assertTrue(least > 0 && most <= 4 * least + 4, "fair: from " + least + " to " + most + " answers a client");
            assertTrue(left.get() > 50, left + " went away");
            ServedDemo.await(() -> demo.server.answering() == 0);
            ServedDemo.await(demo::nobodyWaits);
            assertTrue(demo.log.stream().noneMatch(line -> line.contains("\"failure\"")));
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void leave(ServedDemo demo, List<String> bodies, AtomicInteger left, long end) throws Exception {
        while (left.get() < LEAVERS && System.nanoTime() < end) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), demo.server.port())) {
                byte[] body = bodies.get(left.get() % bodies.size()).getBytes(StandardCharsets.UTF_8);
                String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
                socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(body);
                Thread.sleep(left.get() % 20);
            }
            left.incrementAndGet();
        }
        return null;
    }
}
