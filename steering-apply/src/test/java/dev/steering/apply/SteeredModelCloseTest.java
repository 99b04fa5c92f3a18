package dev.steering.apply;

import static dev.steering.apply.LongAnswers.busy;
import static dev.steering.apply.LongAnswers.ended;
import static dev.steering.apply.LongAnswers.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.testing.DemoModel;
import dev.steering.apply.testing.HeldLoop;
import dev.steering.core.ModelClosed;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.pass.ForwardRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models that are closed while they work. */
@Timeout(120)
class SteeredModelCloseTest {
    private static final String TAKEN = "The model was closed before the answer was complete.";
    private static final String REFUSED = "The model is closed: it takes no more requests.";

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

    @Test
    void closingDuringWorkTellsEveryCaller() throws Exception {
        SteeredModel model = builder().maxBatch(4).build();
        List<ChatStream> streams = new ArrayList<>(busy(model, 4));
        streams.forEach(LongAnswers::ended);
        CompletableFuture<Void> letGo = HeldLoop.hold(model);
        streams.addAll(busy(model, 36));
        CompletableFuture<Throwable> waiting = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                model.chat(request());
            } catch (SteeringException e) {
                waiting.complete(e);
            }
        });
        caller.start();
        while (model.statistics().waiting() < 37) {
            Thread.sleep(1);
        }
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> model.close(Duration.ZERO));
        while (model.statistics().waiting() > 0) {
            Thread.sleep(1);
        }
        letGo.complete(null);
        assertFalse(closed.get(60, TimeUnit.SECONDS));
        Throwable told = waiting.get(60, TimeUnit.SECONDS);
        assertInstanceOf(ModelClosed.class, told);
        assertEquals(TAKEN, told.getMessage());
        int failed = 0;
        for (ChatStream stream : streams) {
            try {
                assertEquals(whole, stream.response().toCompletableFuture().get(60, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                assertEquals(
                        TAKEN, assertInstanceOf(ModelClosed.class, e.getCause()).getMessage());
                failed++;
            }
        }
        assertEquals(36, failed, "those that were waiting");
        assertEquals(42, model.statistics().answered());
        assertClosed(model);
    }

    @Test
    void closingLetsWorkEndIfThereIsTime() throws Exception {
        SteeredModel model = builder().maxBatch(4).build();
        List<ChatStream> streams = busy(model, 12);
        assertTrue(model.close(Duration.ofMinutes(1)));
        streams.forEach(stream -> assertEquals(whole, ended(stream)));
        assertClosed(model);
        SteeredModel hurried = builder().maxBatch(1).build();
        CompletableFuture<Void> letGo = HeldLoop.hold(hurried);
        busy(hurried, 3);
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> hurried.close(Duration.ofMillis(20)));
        while (hurried.statistics().waiting() > 0) {
            Thread.sleep(1); // until the time is up and they are dropped
        }
        letGo.complete(null);
        assertFalse(closed.join());
    }

    @Test
    void closingFromManyThreadsAndAgainIsOneClosing() {
        SteeredModel model = builder().build();
        busy(model, 8);
        List<Thread> closers =
                IntStream.range(0, 6).mapToObj(i -> new Thread(model::close)).toList();
        closers.forEach(Thread::start);
        closers.forEach(closer -> {
            try {
                closer.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        model.close();
        assertClosed(model);
    }

    private static void assertClosed(SteeredModel model) {
        model.close();
        assertEquals(
                REFUSED,
                assertThrows(ModelClosed.class, () -> model.chat(request())).getMessage());
        assertEquals(
                REFUSED,
                assertThrows(ModelClosed.class, () -> model.stream(request(), piece -> {}))
                        .getMessage());
        assertEquals(
                REFUSED,
                assertThrows(ModelClosed.class, () -> model.prepare(Steering.selfCd()))
                        .getMessage());
        assertNotEquals(0, model.statistics().answered(), "still tells what it did");
        assertEquals("demo-model", model.manifest().name());
    }

    @Test
    void anOpenModelIsClosedWithItsSteeredModel() {
        ChatModel chat = ChatModel.open(directory.resolve("bundle"));
        SteeredModel model = SteeredModel.builder(chat).build();
        assertEquals(whole, model.chat(request()));
        model.close();
        RuntimeException e = assertThrows(
                RuntimeException.class, () -> chat.model().forward(ForwardRequest.of(List.of(new int[] {1}))));
        assertTrue(e.getMessage().contains("closed"), e.getMessage());
    }
}
