package dev.steering.apply;

import static dev.steering.apply.LongAnswers.LONG;
import static dev.steering.apply.LongAnswers.PROMPT;
import static dev.steering.apply.LongAnswers.busy;
import static dev.steering.apply.LongAnswers.ended;
import static dev.steering.apply.LongAnswers.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.HeldLoop;
import dev.steering.core.BadRequest;
import dev.steering.core.DeadlineExceeded;
import dev.steering.core.QueueFull;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests that end before their time. */
@Timeout(120)
class SteeredModelLifecycleTest {
    @TempDir
    private static Path directory;

    private static ChatResponse whole;

    @BeforeAll
    static void export() {
        DemoModel.open(directory).close();
        try (SteeredModel model = builder().build()) {
            whole = model.chat(request());
            assertEquals(FinishReason.LENGTH, whole.finish());
        }
    }

    private static SteeredModel.Builder builder() {
        return SteeredModel.builder(directory.resolve("bundle"));
    }

    private static ChatRequest within(Duration deadline) {
        return ChatRequest.builder(PROMPT).options(LONG).deadline(deadline).build();
    }

    private static Throwable failure(ChatStream stream) {
        return assertThrows(
                        ExecutionException.class,
                        () -> stream.response().toCompletableFuture().get(60, TimeUnit.SECONDS))
                .getCause();
    }

    @Test
    void aRequestThatIsCancelledBeforeItsFirstTokenEndsAtOnce() {
        try (SteeredModel model = builder().maxBatch(1).build()) {
            CompletableFuture<Void> letGo = HeldLoop.hold(model);
            List<ChatStream> before = busy(model, 3);
            List<String> heard = new ArrayList<>();
            ChatStream stream = model.stream(request(), heard::add);
            stream.cancel();
            ChatResponse response = ended(stream);
            assertEquals(3, model.statistics().waiting(), "the others still wait");
            letGo.complete(null);
            assertEquals(
                    new ChatResponse(
                            "",
                            FinishReason.CANCELLED,
                            null,
                            new Usage(whole.usage().promptTokens(), 0, 0),
                            List.of()),
                    response);
            assertEquals(List.of(), heard);
            before.forEach(other -> assertEquals(whole, ended(other)));
        }
    }

    @Test
    void aRequestThatIsCancelledInTheMiddleKeepsItsText() {
        try (SteeredModel model = builder().maxBatch(32).build()) {
            List<ChatStream> beside = busy(model, 20);
            AtomicReference<ChatStream> self = new AtomicReference<>();
            CompletableFuture<Void> known = new CompletableFuture<>();
            StringBuilder heard = new StringBuilder();
            ChatStream stream = model.stream(request(), piece -> {
                heard.append(piece);
                known.join();
                self.get().cancel();
            });
            self.set(stream);
            known.complete(null);
            ChatResponse response = ended(stream);
            assertEquals(FinishReason.CANCELLED, response.finish());
            assertTrue(
                    response.usage().completionTokens() > 0 && response.usage().completionTokens() < 100);
            assertTrue(
                    whole.text().startsWith(response.text()) && !response.text().isEmpty());
            assertEquals(response.text(), heard.toString());
            beside.forEach(other -> assertEquals(whole, ended(other)));
            stream.cancel();
            assertEquals(response, ended(stream), "cancelling later changes nothing");
        }
    }

    @Test
    void anInterruptedCallerGetsWhatIsThereAndStaysInterrupted() throws Exception {
        try (SteeredModel model = builder().maxBatch(1).build()) {
            CompletableFuture<Void> letGo = HeldLoop.hold(model);
            List<ChatStream> before = busy(model, 3);
            CompletableFuture<ChatResponse> response = new CompletableFuture<>();
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread caller = new Thread(() -> {
                response.complete(model.chat(request()));
                interrupted.complete(Thread.currentThread().isInterrupted());
            });
            caller.start();
            caller.interrupt();
            assertEquals(
                    FinishReason.CANCELLED, response.get(60, TimeUnit.SECONDS).finish());
            assertEquals("", response.get().text());
            assertTrue(interrupted.get(60, TimeUnit.SECONDS));
            assertEquals(3, model.statistics().waiting(), "it did not wait for its turn");
            letGo.complete(null);
            before.forEach(ChatStream::cancel);
        }
    }

    @Test
    void aDeadlineThatIsPastIsAnErrorAndOneInTheMiddleIsAnEnd() {
        try (SteeredModel model = builder().maxBatch(64).build()) {
            for (Duration past : List.of(Duration.ZERO, Duration.ofSeconds(-5), Duration.ofNanos(1))) {
                DeadlineExceeded e = assertThrows(DeadlineExceeded.class, () -> model.chat(within(past)));
                assertEquals(
                        "The request's time ran out before anything was written. Allow more, or ask for less at once.",
                        e.getMessage());
                assertInstanceOf(DeadlineExceeded.class, failure(model.stream(within(past), piece -> {})));
            }
            assertEquals(whole, model.chat(within(ChronoUnit.FOREVER.getDuration())));
            List<ChatResponse> middle = List.of();
            for (int round = 0; round < 20 && middle.isEmpty(); round++) {
                middle = cutByGrowingDeadlines(model);
            }
            assertFalse(middle.isEmpty(), "some deadline is in the middle");
            for (ChatResponse response : middle) {
                int tokens = response.usage().completionTokens();
                assertTrue(tokens > 0 && tokens < 100, "tokens " + tokens);
                assertTrue(whole.text().startsWith(response.text()), response.text());
            }
        }
    }

    /** From too short for anything to long enough for all; how many are between depends on the machine. */
    private static List<ChatResponse> cutByGrowingDeadlines(SteeredModel model) {
        List<ChatResponse> middle = new ArrayList<>();
        for (int millis = 1; ; millis += 1 + millis / 4) {
            List<ChatStream> beside = busy(model, 30);
            try {
                ChatResponse response = model.chat(within(Duration.ofMillis(millis)));
                if (response.finish() == FinishReason.LENGTH) {
                    return middle;
                }
                assertEquals(FinishReason.DEADLINE, response.finish());
                middle.add(response);
            } catch (DeadlineExceeded beforeItsFirstToken) {
                // a longer one comes next
            } finally {
                beside.forEach(ChatStream::cancel);
                beside.forEach(LongAnswers::ended);
            }
        }
    }

    @Test
    void moreThanMayWaitAreRefused() {
        try (SteeredModel model = builder().maxBatch(1).queueLimit(1).build()) {
            List<ChatStream> taken = new ArrayList<>();
            QueueFull full = assertThrows(QueueFull.class, () -> {
                for (int i = 0; i < 1000; i++) {
                    taken.add(model.stream(request(), piece -> {}));
                }
            });
            assertEquals(
                    "The queue is full: 1 requests wait, which is the limit. Try again later, or allow more.",
                    full.getMessage());
            taken.forEach(stream -> assertEquals(whole, ended(stream)));
            assertEquals(whole, model.chat(request()), "there is room again");
            assertEquals(taken.size() + 1, model.statistics().answered());
        }
    }

    @Test
    void limitsMustBePositive() {
        BadRequest batch = assertThrows(BadRequest.class, () -> builder().maxBatch(0));
        assertEquals("The most rows of a batch must be at least 1, found 0.", batch.getMessage());
        BadRequest queue = assertThrows(BadRequest.class, () -> builder().queueLimit(-1));
        assertEquals("The most requests that wait must be at least 1, found -1.", queue.getMessage());
    }
}
