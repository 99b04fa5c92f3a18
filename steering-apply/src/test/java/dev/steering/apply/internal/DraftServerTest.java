package dev.steering.apply.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.testing.DemoModel;
import dev.steering.core.BadRequest;
import dev.steering.core.ModelClosed;
import dev.steering.core.QueueFull;
import dev.steering.core.SteeringException;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.DecodeOptions;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generation.Finish;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.PromptProbe;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tickets hear their text on the loop's own thread: a test that holds one there says when the loop goes on. */
@Timeout(60)
class DraftServerTest {
    private static final DecodeOptions GREEDY = DecodeOptions.greedy(8);
    private static final String CLOSED = "The model was closed before the answer was complete.";

    @TempDir
    private static Path directory;

    private static ChatModel model;
    private static Generation expected;

    @BeforeAll
    static void open() {
        model = DemoModel.open(directory);
        expected = new Generator(model, GREEDY).generateAll(List.of(draft()), 1, TokenListener.NONE).get(0);
        assertEquals(8, expected.tokens().size());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static Draft draft() {
        return Draft.of(0, model.encode("What is a wasp?"), null).with(GREEDY, TokenListener.NONE);
    }

    private static Ticket ticket() {
        return new Ticket(draft(), piece -> {}, null);
    }

    /** Holds the loop from its first text on, until it is let go. */
    private static final class Holder implements Consumer<String> {
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch free = new CountDownLatch(1);
        private final Ticket ticket = new Ticket(draft(), this, null);

        @Override
        public void accept(String piece) {
            held.countDown();
            await(free);
        }

        static Holder in(DraftServer server) {
            Holder holder = new Holder();
            server.submit(holder.ticket);
            await(holder.held);
            return holder;
        }

        void letGo() {
            free.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS), "waited in vain");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Generation written(Ticket ticket) throws Exception {
        return ticket.text().get(30, TimeUnit.SECONDS);
    }

    private static Throwable failure(Ticket ticket) {
        ExecutionException e = assertThrows(
                ExecutionException.class, () -> ticket.text().get(30, TimeUnit.SECONDS));
        return e.getCause();
    }

    private static void with(int rows, int queueLimit, Check check) throws Exception {
        DraftServer server = new DraftServer(model, rows, queueLimit);
        try {
            check.run(server);
        } finally {
            server.close(Duration.ZERO);
        }
    }

    @FunctionalInterface
    private interface Check {
        void run(DraftServer server) throws Exception;
    }

    @Test
    void oneTooManyIsRefused() throws Exception {
        with(1, 1, server -> {
            Holder holder = Holder.in(server);
            Ticket waiting = ticket();
            server.submit(waiting);
            QueueFull e = assertThrows(QueueFull.class, () -> server.submit(ticket()));
            assertEquals(
                    "The queue is full: 1 requests wait, which is the limit. Try again later, or allow more.",
                    e.getMessage());
            assertEquals(1, server.load().waiting());
            assertEquals(1, server.load().writing());
            holder.letGo();
            assertEquals(expected, written(holder.ticket));
            assertEquals(expected, written(waiting));
            Ticket later = ticket();
            server.submit(later);
            assertEquals(expected, written(later));
        });
    }

    @Test
    void whatWaitsLeavesAtOnceWhenItIsCancelled() throws Exception {
        with(1, 8, server -> {
            Holder holder = Holder.in(server);
            Ticket waiting = ticket();
            server.submit(waiting);
            server.cancel(waiting);
            assertEquals(new Generation(List.of(), "", Finish.CANCELLED), written(waiting));
            assertEquals(0, server.load().waiting());
            assertEquals(1, server.load().answered());
            assertFalse(holder.ticket.text().isDone());
            holder.letGo();
            assertEquals(expected, written(holder.ticket));
            server.cancel(waiting);
            server.cancel(holder.ticket);
            assertEquals(2, server.load().answered(), "cancelling later changes nothing");
        });
    }

    @Test
    void cancelledInTheMiddleATextKeepsWhatIsThere() throws Exception {
        with(4, 8, server -> {
            int[] pieces = {0};
            Ticket[] self = new Ticket[1];
            self[0] = new Ticket(
                    draft(),
                    piece -> {
                        if (++pieces[0] == 3) {
                            server.cancel(self[0]);
                        }
                    },
                    null);
            Ticket neighbour = ticket();
            server.submit(self[0]);
            server.submit(neighbour);
            Generation text = written(self[0]);
            assertEquals(Finish.CANCELLED, text.finish());
            assertEquals(expected.tokens().subList(0, 3), text.tokens());
            assertTrue(expected.text().startsWith(text.text()), text.text());
            assertEquals(expected, written(neighbour));
        });
    }

    @Test
    void timeRunsOutWhileATextWaitsAndWhileItIsWritten() throws Exception {
        with(1, 8, server -> {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
            int[] pieces = {0};
            Ticket late = new Ticket(
                    draft(),
                    piece -> {
                        if (++pieces[0] == 2) {
                            while (System.nanoTime() - deadline < 0) {
                                Thread.onSpinWait();
                            }
                        }
                    },
                    deadline);
            server.submit(late);
            Ticket waiting = new Ticket(draft(), piece -> {}, deadline);
            server.submit(waiting);
            Ticket never = ticket();
            server.submit(never);
            Generation text = written(late);
            assertEquals(Finish.DEADLINE, text.finish());
            assertEquals(expected.tokens().subList(0, 2), text.tokens());
            assertEquals(new Generation(List.of(), "", Finish.DEADLINE), written(waiting));
            assertEquals(expected, written(never));
            assertEquals(3, server.load().answered());
        });
    }

    private static Draft probed(Supplier<? extends RuntimeException> trouble, @Nullable Error error) {
        PromptProbe probe = new PromptProbe() {
            @Override
            public int[] suffix() {
                return new int[0];
            }

            @Override
            public List<Capture> captures(int promptTokens) {
                return List.of(Capture.token(0));
            }

            @Override
            public Reading read(ForwardResult states, int row) {
                if (error != null) {
                    throw error;
                }
                throw trouble.get();
            }
        };
        return Draft.probed(0, model.encode("What is a wasp?"), probe, found -> null, true)
                .with(GREEDY, TokenListener.NONE);
    }

    @Test
    void aTextThatCannotBeReadFailsAlone() throws Exception {
        with(4, 8, server -> {
            Holder holder = Holder.in(server);
            BadRequest trouble = new BadRequest("this one cannot be read");
            List<Ticket> tickets =
                    List.of(ticket(), new Ticket(probed(() -> trouble, null), piece -> {}, null), ticket());
            tickets.forEach(server::submit);
            holder.letGo();
            assertSame(trouble, failure(tickets.get(1)));
            for (Ticket sound : List.of(holder.ticket, tickets.get(0), tickets.get(2))) {
                assertEquals(expected, written(sound));
            }
        });
    }

    /** Whatever goes wrong in the loop, nobody waits for ever, and the next request finds a loop that runs. */
    @Test
    void whateverGoesWrongNobodyWaitsForEver() throws Exception {
        with(4, 8, server -> {
            assertFailsAll(server, probed(() -> new IllegalStateException("a bug"), null), "java.lang.IllegalStateException: a bug");
            assertFailsAll(server, probed(IllegalStateException::new, new OutOfMemoryError("no room")), "java.lang.OutOfMemoryError: no room");
        });
    }

    private static void assertFailsAll(DraftServer server, Draft broken, String cause) throws Exception {
        Holder holder = Holder.in(server);
        Ticket failing = new Ticket(broken, piece -> {}, null);
        server.submit(failing);
        holder.letGo();
        for (Ticket ticket : List.of(failing, holder.ticket)) {
            SteeringException e = assertInstanceOf(SteeringException.class, failure(ticket));
            assertEquals("The model failed while it wrote: " + cause + ".", e.getMessage());
        }
        Ticket next = ticket();
        server.submit(next);
        assertEquals(expected, written(next));
        assertEquals(0, server.load().writing() + server.load().waiting());
    }

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
        assertEquals(CLOSED, assertInstanceOf(ModelClosed.class, failure(ticket)).getMessage());
    }

    @Test
    void closingLetsEverythingEndIfThereIsTime() throws Exception {
        DraftServer server = new DraftServer(model, 2, 100);
        List<Ticket> tickets = Stream.generate(DraftServerTest::ticket).limit(20).toList();
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
