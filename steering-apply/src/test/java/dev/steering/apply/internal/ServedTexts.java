package dev.steering.apply.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.apply.testing.DemoModel;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.DecodeOptions;
import dev.steering.model.decode.Draft;
import dev.steering.model.decode.Generation;
import dev.steering.model.decode.Generator;
import dev.steering.model.decode.TokenListener;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A server's texts; tickets hear them on the loop's own thread, so that a test that holds one there says when the loop goes on. */
abstract class ServedTexts {
    static final DecodeOptions GREEDY = DecodeOptions.greedy(8);

    @TempDir
    static Path directory;

    static ChatModel model;
    static Generation expected;

    @BeforeAll
    static void open() {
        model = DemoModel.open(directory);
        expected = new Generator(model, GREEDY)
                .generateAll(List.of(draft()), 1, TokenListener.NONE)
                .get(0);
        assertEquals(8, expected.tokens().size());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    static Draft draft() {
        return Draft.of(0, model.encode("What is a wasp?"), null).with(GREEDY, TokenListener.NONE);
    }

    static Ticket ticket() {
        return new Ticket(draft(), piece -> {}, null);
    }

    /** Holds the loop from its first text on, until it is let go. */
    static final class Holder implements Consumer<String> {
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch free = new CountDownLatch(1);
        final Ticket ticket = new Ticket(draft(), this, null);

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

    static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS), "waited in vain");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Generation written(Ticket ticket) throws Exception {
        return ticket.text().get(30, TimeUnit.SECONDS);
    }

    static Throwable failure(Ticket ticket) {
        ExecutionException e =
                assertThrows(ExecutionException.class, () -> ticket.text().get(30, TimeUnit.SECONDS));
        return e.getCause();
    }
}
