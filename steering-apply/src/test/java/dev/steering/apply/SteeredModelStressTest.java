package dev.steering.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.testing.Callers;
import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.MixedRequests;
import dev.steering.apply.testing.SteeredDemo;
import dev.steering.core.DeadlineExceeded;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many callers for a long time. Prints the figures that the documentation quotes. */
@Tag("slow")
@Timeout(1200)
class SteeredModelStressTest {
    private static final int THREADS = 16;
    private static final int REQUESTS = 400;
    private static final int DISTINCT = 240;

    /** Of the heap after a collection; what 20,000 requests leave behind would be far more if any of it stayed. */
    private static final long HEAP_MARGIN = 2L << 20;

    /** Of the process: the collector and the allocator of the native code keep pages that they have freed. */
    private static final long PROCESS_MARGIN = 24L << 20;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void export() {
        DemoModel.open(directory).close();
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    /** What became of the requests. */
    private static final class Outcomes {
        private final Map<FinishReason, AtomicInteger> finishes = new EnumMap<>(FinishReason.class);
        private final AtomicInteger tooLate = new AtomicInteger();
        private final AtomicLong tokens = new AtomicLong();

        Outcomes() {
            for (FinishReason reason : FinishReason.values()) {
                finishes.put(reason, new AtomicInteger());
            }
        }

        void add(ChatResponse response) {
            finishes.get(response.finish()).incrementAndGet();
            tokens.addAndGet(response.usage().completionTokens());
        }

        int of(FinishReason reason) {
            return finishes.get(reason).get();
        }

        int all() {
            return tooLate.get()
                    + finishes.values().stream().mapToInt(AtomicInteger::get).sum();
        }
    }

    @Test
    void sixteenThreadsGetTheAnswersOfOne() throws Exception {
        ChatModel chat = ChatModel.open(directory.resolve("bundle"));
        try (SteeredModel model = SteeredModel.builder(chat).build()) {
            List<ChatRequest> requests = MixedRequests.distinct(model, chat, DISTINCT);
            requests.forEach(model::chat);
            List<ChatResponse> alone = new ArrayList<>();
            long start = System.nanoTime();
            for (ChatRequest request : requests) {
                alone.add(model.chat(request));
            }
            double single = requests.size() / seconds(start);
            ModelStatistics before = model.statistics();
            Outcomes outcomes = new Outcomes();
            start = System.nanoTime();
            Callers.inThreads(THREADS, thread -> {
                Random random = new Random(thread);
                for (int i = 0; i < REQUESTS; i++) {
                    int which = random.nextInt(requests.size());
                    ask(model, requests.get(which), alone.get(which), random, outcomes);
                }
            });
            double seconds = seconds(start);
            ModelStatistics after = model.statistics();
            long passes = after.passes() - before.passes();
            double rows = after.passes() * after.meanRows() - before.passes() * before.meanRows();
            print(
                    "%d threads x %d requests: END %d, STOP %d, LENGTH %d, CANCELLED %d, DEADLINE %d, too late %d",
                    THREADS,
                    REQUESTS,
                    outcomes.of(FinishReason.END),
                    outcomes.of(FinishReason.STOP),
                    outcomes.of(FinishReason.LENGTH),
                    outcomes.of(FinishReason.CANCELLED),
                    outcomes.of(FinishReason.DEADLINE),
                    outcomes.tooLate.get());
            print(
                    "%.1f s, %.0f requests/s and %.0f tokens/s; one caller %.0f requests/s; %d passes of %.2f rows",
                    seconds, outcomes.all() / seconds, outcomes.tokens.get() / seconds, single, passes, rows / passes);
            assertEquals(THREADS * REQUESTS, outcomes.all());
            assertEquals(THREADS * REQUESTS, after.answered() - before.answered());
            assertTrue(outcomes.of(FinishReason.CANCELLED) > 100, "cancels happened");
            assertTrue(outcomes.of(FinishReason.DEADLINE) + outcomes.tooLate.get() > 100, "deadlines happened");
            assertTrue(rows / passes > 8, "batches are more than half full");
            assertEquals(0, after.waiting() + after.writing());
        }
    }

    private static void ask(
            SteeredModel model, ChatRequest request, ChatResponse alone, Random random, Outcomes outcomes)
            throws Exception {
        int kind = random.nextInt(10);
        if (kind < 6) {
            check(alone, model.chat(request), outcomes);
        } else if (kind < 8) {
            StringBuilder heard = new StringBuilder();
            ChatStream stream = model.stream(request, heard::append);
            if (kind == 7) {
                LockSupport.parkNanos(random.nextInt(20_000_000));
                stream.cancel();
            }
            ChatResponse response = stream.response().toCompletableFuture().get();
            assertEquals(response.text(), heard.toString());
            check(alone, response, outcomes);
        } else {
            Duration deadline = Duration.ofNanos(random.nextInt(40_000_000));
            ChatRequest timed = ChatRequest.builder(request.messages())
                    .steering(request.steering())
                    .options(request.options())
                    .deadline(deadline)
                    .build();
            try {
                check(alone, model.chat(timed), outcomes);
            } catch (DeadlineExceeded e) {
                outcomes.tooLate.incrementAndGet();
            }
        }
    }

    private static void check(ChatResponse alone, ChatResponse found, Outcomes outcomes) {
        outcomes.add(found);
        if (found.finish() != FinishReason.CANCELLED && found.finish() != FinishReason.DEADLINE) {
            MixedRequests.assertSame(alone, found, "complete");
            return;
        }
        String text = found.text().replaceAll("\uFFFD+$", "");
        // Cut short, a text may end in what would have become the stop text.
        assertTrue(
                alone.text().startsWith(text)
                        || (alone.stopMatched() != null && (alone.text() + alone.stopMatched()).startsWith(text)),
                "'" + text + "' is no beginning of '" + alone.text() + "'");
        assertTrue(found.usage().completionTokens() <= alone.usage().completionTokens());
    }

    @Test
    void memoryStaysAsItIs() throws Exception {
        ChatModel chat = ChatModel.open(directory.resolve("bundle"));
        try (SteeredModel model = SteeredModel.builder(chat).build()) {
            generations(model, chat, 2_000);
            List<Memory> memory = new ArrayList<>(List.of(Memory.now()));
            for (int quarter = 0; quarter < 4; quarter++) {
                generations(model, chat, 5_000);
                memory.add(Memory.now());
            }
            for (int quarter = 0; quarter <= 4; quarter++) {
                print("after %d generations: %s", 2_000 + 5_000 * quarter, memory.get(quarter));
            }
            Memory first = memory.get(1);
            Memory last = memory.get(4);
            assertTrue(last.heap() - first.heap() < HEAP_MARGIN, "heap " + memory);
            assertTrue(last.process() - first.process() < PROCESS_MARGIN, "process " + memory);
        }
    }

    /** Also with steering that is prepared for a few requests only, and template variables. */
    private static void generations(SteeredModel model, ChatModel chat, int count) throws Exception {
        GenerationOptions few = GenerationOptions.greedy(4);
        Callers.inThreads(8, thread -> {
            for (int i = 0; i < count / 8; i++) {
                String method = MixedRequests.METHODS.get(i / 25 % MixedRequests.METHODS.size());
                Prepared prepared = model.prepare(SteeredDemo.steering(
                        i % 25 == 0 ? method : "default",
                        chat,
                        SteeredDemo.vectors(chat).get(i % 3),
                        1 + i % 3));
                ChatRequest.Builder request = ChatRequest.builder("What is thing " + i % 100 + "?")
                        .steering(prepared)
                        .options(few);
                if (i % 50 == 7) {
                    request.steering(null).templateVariable("number", i);
                }
                model.chat(request.build());
            }
        });
    }

    /** Bytes in use: of the heap after a collection, and of the process as the system counts it (0 where it does not say). */
    private record Memory(long heap, long process) {
        static Memory now() throws Exception {
            for (int i = 0; i < 3; i++) {
                System.gc();
                Thread.sleep(100);
            }
            Runtime runtime = Runtime.getRuntime();
            return new Memory(runtime.totalMemory() - runtime.freeMemory(), resident());
        }

        private static long resident() throws IOException {
            Path status = Path.of("/proc/self/status");
            if (!Files.exists(status)) {
                return 0;
            }
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "heap %.1f MiB, process %.1f MiB", heap / 1048576.0, process / 1048576.0);
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
