package dev.steering.apply.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.ModelClosed;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DraftServerCloseTest extends ServedTexts {
    private static final String CLOSED = "The model was closed before the answer was complete.";

    @Test
    void closingEndsWhatIsWrittenAndWhatWaits() throws Exception {
        DraftServer server = new DraftServer(model, 1, 8);
        Holder holder = Holder.in(server);
        Ticket waiting = ticket();
        server.submit(waiting);
        List<CompletableFuture<Boolean>> closes = Stream.of(1, 2, 3)
                .map(i -> CompletableFuture.supplyAsync(() -> server.close(Duration.ZERO)))
                .toList();
        awaitNobodyWaits(server);
        assertFalse(closes.get(0).isDone(), "it waits for the pass that is running");
        holder.letGo();
        for (CompletableFuture<Boolean> close : closes) {
            assertFalse(close.get(30, TimeUnit.SECONDS));
        }
        assertClosed(holder.ticket);
        assertClosed(waiting);
        ModelClosed refused = assertThrows(ModelClosed.class, () -> server.submit(ticket()));
        assertEquals("The model is closed: it takes no more requests.", refused.getMessage());
        assertFalse(server.close(Duration.ofHours(1)), "again");
        assertEquals(new DraftServer.Load(server.load().passes(), server.load().rows(), 2, 0, 0), server.load());
    }

    /** Closing has begun when nobody waits any more behind the one that is held. */
    private static void awaitNobodyWaits(DraftServer server) {
        while (server.load().waiting() > 0) {
            Thread.onSpinWait();
        }
    }

    private static void assertClosed(Ticket ticket) {
        assertEquals(
                CLOSED, assertInstanceOf(ModelClosed.class, failure(ticket)).getMessage());
    }

    @Test
    void closingLetsEverythingEndIfThereIsTime() throws Exception {
        DraftServer server = new DraftServer(model, 2, 100);
        List<Ticket> tickets =
                Stream.generate(DraftServerTest::ticket).limit(20).toList();
        tickets.forEach(server::submit);
        assertTrue(server.close(ChronoUnit.FOREVER.getDuration()));
        for (Ticket ticket : tickets) {
            assertTrue(ticket.text().isDone());
            assertEquals(expected, written(ticket));
        }
        assertEquals(20, server.load().answered());
    }

    @Test
    void whoIsInterruptedWhileItWaitsClosesAtOnceAndStaysInterrupted() throws Exception {
        DraftServer server = new DraftServer(model, 1, 8);
        Holder holder = Holder.in(server);
        Ticket waiting = ticket();
        server.submit(waiting);
        CompletableFuture<Boolean> drained = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread closing = new Thread(() -> {
            drained.complete(server.close(Duration.ofHours(1)));
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        closing.start();
        closing.interrupt();
        awaitNobodyWaits(server);
        holder.letGo();
        assertFalse(drained.get(30, TimeUnit.SECONDS));
        assertTrue(interrupted.get(30, TimeUnit.SECONDS));
        assertClosed(holder.ticket);
        assertClosed(waiting);
    }
}
