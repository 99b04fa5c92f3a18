package dev.steering.model.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.ModelClosed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UseCountTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final AtomicInteger frees = new AtomicInteger();
    private final UseCount uses = new UseCount("The thing", frees::incrementAndGet);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void closingFreesOnceAndRefusesWhatFollows() {
        uses.begin();
        uses.end();
        assertFalse(uses.isClosed());
        uses.close();
        uses.close();
        assertTrue(uses.close(Duration.ZERO));
        assertTrue(uses.isClosed());
        assertEquals(1, frees.get());
        ModelClosed e = assertThrows(ModelClosed.class, uses::begin);
        assertEquals(
                "The thing is closed and takes no new work. Open it again, or close it when nothing is left to do.",
                e.getMessage());
    }

    @Test
    void closingWaitsForAUseAndItsEndFrees() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<?> use = threads.submit(() -> {
            uses.begin();
            begun.countDown();
            await(goOn);
            assertEquals(0, frees.get(), "nothing may be freed during a use");
            uses.end();
        });
        await(begun);
        assertFalse(uses.close(Duration.ofMillis(20)), "the use goes on");
        assertEquals(0, frees.get());
        assertThrows(ModelClosed.class, uses::begin);
        Future<?> closing = threads.submit((Runnable) uses::close);
        assertFalse(closing.isDone());
        goOn.countDown();
        use.get();
        closing.get();
        assertEquals(1, frees.get());
        assertTrue(uses.close(LONG));
    }

    @Test
    void aThreadThatUsesItCannotWaitForItself() {
        uses.begin();
        uses.begin();
        uses.end();
        IllegalStateException e = assertThrows(IllegalStateException.class, uses::close);
        assertEquals("The thing cannot be closed by a thread that is using it", e.getMessage());
        assertThrows(IllegalStateException.class, () -> uses.close(Duration.ZERO));
        assertFalse(uses.isClosed());
        uses.end();
        uses.close();
        assertEquals(1, frees.get());
    }

    @Test
    void aUseThatWasNotBegunCannotEnd() {
        IllegalStateException e = assertThrows(IllegalStateException.class, uses::end);
        assertEquals("The thing: this thread ends a use that it did not begin", e.getMessage());
    }

    @Test
    void anInterruptedCloseStillWaitsAndStaysInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        threads.execute(() -> {
            uses.begin();
            begun.countDown();
            await(goOn);
            uses.end();
        });
        await(begun);
        AtomicBoolean interrupted = new AtomicBoolean();
        AtomicBoolean all = new AtomicBoolean(true);
        CountDownLatch cutShort = new CountDownLatch(1);
        Thread closing = new Thread(() -> {
            all.set(uses.close(LONG));
            cutShort.countDown();
            uses.close();
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        closing.start();
        closing.interrupt();
        await(cutShort);
        closing.join(50);
        assertTrue(closing.isAlive(), "it waits for the use");
        goOn.countDown();
        closing.join();
        assertFalse(all.get(), "the wait of limited time ended at the interrupt");
        assertTrue(interrupted.get());
        assertEquals(1, frees.get());
    }

    @Test
    void whatFailsWhenFreeingIsToldToWhoCloses() {
        RuntimeException broken = new IllegalArgumentException("broken");
        UseCount failing = new UseCount("The thing", () -> {
            throw broken;
        });
        assertSame(broken, assertThrows(IllegalArgumentException.class, failing::close));
        failing.close();
    }

    /** Each round: eight threads use it as often as they can, three close at random moments. */
    @Test
    void manyThreadsNeverSeeItFreed() throws Exception {
        int rounds = 400;
        SplittableRandom random = new SplittableRandom(11);
        AtomicInteger used = new AtomicInteger();
        for (int round = 0; round < rounds; round++) {
            AtomicInteger freed = new AtomicInteger();
            UseCount count = new UseCount("The thing", freed::incrementAndGet);
            CyclicBarrier start = new CyclicBarrier(11);
            List<Future<?>> all = new ArrayList<>();
            for (int user = 0; user < 8; user++) {
                all.add(threads.submit(() -> {
                    await(start);
                    while (true) {
                        try {
                            count.begin();
                        } catch (ModelClosed e) {
                            return;
                        }
                        assertEquals(0, freed.get(), "freed during a use");
                        used.incrementAndGet();
                        count.end();
                    }
                }));
            }
            for (int closer = 0; closer < 3; closer++) {
                long spin = random.nextLong(200_000);
                boolean limited = closer == 2;
                all.add(threads.submit(() -> {
                    await(start);
                    long end = System.nanoTime() + spin;
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                    if (limited) {
                        assertTrue(count.close(LONG));
                    } else {
                        count.close();
                    }
                    assertEquals(1, freed.get(), "free when close returns");
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            assertEquals(1, freed.get());
        }
        assertTrue(used.get() > rounds, "uses ran between the closes: " + used.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
