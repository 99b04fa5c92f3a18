package dev.steering.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import dev.steering.apply.ChatRequest;
import dev.steering.apply.GenerationOptions;
import dev.steering.apply.SteeredModel;
import dev.steering.apply.Steering;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.VectorFiles;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokens a second of 16 clients, half of whose requests are steered: of the library in this process, and over HTTP, in turn, so that a busy
 * machine does the same to both; the clients count as the server. {@code -Dthroughput.bundle} and {@code -Dthroughput.vector} name another model, {@code -Dthroughput.rounds} and
 * {@code -Dthroughput.seconds} how often and how long.
 */
@Tag("slow")
class ServerThroughputTest {
    private static final int CLIENTS = 16;
    private static final int TOKENS = 64;
    /** Of the demo model, which writes a token in a tenth of a millisecond, HTTP and the clients take half; of a real one next to nothing. */
    private static final double LEAST = 0.25;

    @TempDir
    private Path directory;

    private static String question(int index) {
        return "How do I kill process " + index % 97 + "?";
    }

    /** Answers one question, and says how many tokens that took. */
    private interface Asked {
        int answer(int index) throws Exception;
    }

    /** Tokens a second, by the clock and by the processor, of which other programs take nothing. */
    private record Speed(double clock, double processor) {}

    private static long processorNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static Speed speed(ExecutorService threads, double seconds, Asked asked) throws Exception {
        long processor = processorNanos();
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * 1e9);
        List<Future<Long>> clients = new ArrayList<>();
        for (int c = 0; c < CLIENTS; c++) {
            int first = c;
            Callable<Long> client = () -> {
                long tokens = 0;
                for (int i = first; System.nanoTime() < end; i += CLIENTS) {
                    tokens += asked.answer(i);
                }
                return tokens;
            };
            clients.add(threads.submit(client));
        }
        long tokens = 0;
        for (Future<Long> client : clients) {
            tokens += client.get();
        }
        return new Speed(tokens / ((System.nanoTime() - begin) / 1e9), tokens / ((processorNanos() - processor) / 1e9));
    }

    @Test
    void sixteenClientsGetNearlyWhatTheLibraryGives() throws Exception {
        String named = System.getProperty("throughput.bundle");
        Path bundle = named == null ? ServedDemo.bundle(directory) : Path.of(named);
        String file = System.getProperty("throughput.vector");
        Path vector = file == null ? ServedDemo.vector(directory, bundle) : Path.of(file);
        SteeringVector read = VectorFiles.read(vector);
        double seconds = Double.parseDouble(System.getProperty("throughput.seconds", "4"));
        int rounds = Integer.getInteger("throughput.rounds", 5);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try (ServedDemo demo = ServedDemo.start(bundle, vector, settings -> settings);
                SteeredModel model = SteeredModel.builder(bundle)
                        .runtime(ServedDemo.RUNTIME)
                        .maxBatch(ServerSettings.RequestLimits.DEFAULTS.rows())
                        .build()) {
            var add = model.prepare(Steering.add(read, 0.1));
            Asked library = i -> model.chat(ChatRequest.builder(question(i))
                            .options(GenerationOptions.greedy(TOKENS))
                            .steering(i % 2 == 0 ? add : null)
                            .build())
                    .usage()
                    .completionTokens();
            Asked http = i -> {
                String steering = ",\"steering\":{\"method\":\"add\",\"vector\":\"refusal\",\"strength\":0.1}";
                String body = ServedDemo.body(question(i), i % 2 == 0 ? steering : "")
                        .replace("\"max_tokens\":40", "\"max_tokens\":" + TOKENS);
                HttpResponse<String> response = demo.post("/v1/chat/completions", body);
                assertEquals(200, response.statusCode(), response.body());
                return ServedDemo.JSON
                        .readTree(response.body())
                        .path("usage")
                        .path("completion_tokens")
                        .asInt();
            };
            double[] ratios = new double[rounds];
            double[] clocks = new double[rounds];
            for (int round = -1; round < rounds; round++) {
                Speed alone = speed(threads, seconds, library);
                Speed served = speed(threads, seconds, http);
                if (round >= 0) {
                    ratios[round] = served.processor() / alone.processor();
                    clocks[round] = served.clock() / alone.clock();
                    System.out.println("library " + alone + ", server " + served);
                }
            }
            Arrays.sort(ratios);
            Arrays.sort(clocks);
            double median = ratios[rounds / 2];
            System.out.printf(
                    Locale.ROOT,
                    "medians of the ratios: %.3f by the processor, %.3f by the clock%n",
                    median,
                    clocks[rounds / 2]);
            assertTrue(median > LEAST, "over HTTP " + median + " of the library's tokens a second of the processor");
        } finally {
            threads.shutdownNow();
        }
    }
}
