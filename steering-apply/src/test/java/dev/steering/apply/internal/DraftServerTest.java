package dev.steering.apply.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.BadRequest;
import dev.steering.core.QueueFull;
import dev.steering.core.SteeringException;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generation.Finish;
import dev.steering.model.decode.PromptProbe;
import dev.steering.model.decode.TokenListener;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.pass.Capture;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DraftServerTest extends ServedTexts {
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
        with(
                4,
                8,
                server -> assertFailsAll(
                        server,
                        probed(IllegalStateException::new, new OutOfMemoryError("no room")),
                        "java.lang.OutOfMemoryError: no room"));
    }

    /** A defect in one request's code is that request's alone. */
    @Test
    void aDefectFailsItsOwnTextAlone() throws Exception {
        with(4, 8, server -> {
            Holder holder = Holder.in(server);
            Draft broken = probed(() -> new IllegalStateException("a bug"), null);
            Ticket failing = new Ticket(broken, piece -> {}, null);
            server.submit(failing);
            holder.letGo();
            SteeringException e = assertInstanceOf(SteeringException.class, failure(failing));
            assertEquals("The model failed while it wrote: java.lang.IllegalStateException: a bug.", e.getMessage());
            assertEquals(expected, written(holder.ticket));
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
}
