package dev.steering.model.internal;

import dev.steering.core.ModelClosed;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Counts who is using native memory, so that it is freed once, and only when nobody uses it any more.
 *
 * <p>A use is {@code begin(); try { ... } finally { end(); }}. From the first call of {@code close} on, {@code begin} throws; what
 * has begun goes on. The memory is freed by the thread that ends the last use, or by the one that closes if there is none. Uses
 * may be nested. Thread-safe; beginning and ending cost one atomic operation each and never wait.
 */
public final class UseCount implements AutoCloseable {
    /** Added to the number of uses: makes the state negative. */
    private static final int CLOSED = Integer.MIN_VALUE;

    private final String what;
    private final Runnable free;
    private final AtomicInteger state = new AtomicInteger();
    private final CountDownLatch freed = new CountDownLatch(1);
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    private final ThreadLocal<int[]> own = ThreadLocal.withInitial(() -> new int[1]);

    /**
     * @param what what is used, for messages: "The model x"
     * @param free frees it; is run exactly once
     */
    public UseCount(String what, Runnable free) {
        this.what = what;
        this.free = free;
    }

    /**
     * Begins a use.
     *
     * @throws ModelClosed if {@code close} was called
     */
    public void begin() {
        int now = state.get();
        while (now >= 0) {
            if (state.compareAndSet(now, now + 1)) {
                own.get()[0]++;
                return;
            }
            now = state.get();
        }
        throw new ModelClosed(
                what + " is closed and takes no new work. Open it again, or close it when nothing is left to do.");
    }

    /** Ends a use of this thread that was begun. */
    public void end() {
        int[] count = own.get();
        if (count[0] == 0) {
            throw new IllegalStateException(what + ": this thread ends a use that it did not begin");
        }
        count[0]--;
        if (state.decrementAndGet() == CLOSED) {
            free();
        }
    }

    /** @return whether {@code close} was called; uses that had begun may still go on */
    public boolean isClosed() {
        return state.get() < 0;
    }

    /**
     * Refuses new uses and waits until those that had begun have ended and the memory is free. Does nothing more when called again.
     *
     * @throws IllegalStateException if this thread is in a use: it would wait for itself
     */
    @Override
    public void close() {
        shut();
        boolean interrupted = false;
        while (true) {
            try {
                freed.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        rethrow();
    }

    /**
     * Refuses new uses and waits for a while. If uses go on after that, the last of them frees the memory.
     *
     * @param most how long to wait; zero or less does not wait
     * @return whether the memory is free; false too if this thread was interrupted, which it then still is
     * @throws IllegalStateException if this thread is in a use: it would wait for itself
     */
    public boolean close(Duration most) {
        shut();
        boolean free;
        try {
            free = freed.await(TimeUnit.NANOSECONDS.convert(most), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            free = freed.getCount() == 0;
        }
        rethrow();
        return free;
    }

    private void shut() {
        if (own.get()[0] > 0) {
            throw new IllegalStateException(what + " cannot be closed by a thread that is using it");
        }
        // Setting the sign twice changes nothing: only the first call sees no sign and may free.
        if (state.getAndUpdate(now -> now | CLOSED) == 0) {
            free();
        }
    }

    /** What fails here is told to who closes, not to who happened to end the last use. */
    private void free() {
        try {
            free.run();
        } catch (RuntimeException e) {
            failure.set(e);
        } finally {
            freed.countDown();
        }
    }

    private void rethrow() {
        RuntimeException failed = failure.getAndSet(null);
        if (failed != null) {
            throw failed;
        }
    }
}
