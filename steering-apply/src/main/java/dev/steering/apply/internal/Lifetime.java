package dev.steering.apply.internal;

import dev.steering.core.ModelClosed;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** When an open model may be used: until it is freed, which waits for the uses that have begun. Thread-safe. */
public final class Lifetime {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean ended;

    /**
     * @param use what needs the model
     * @param <T> what comes of it
     * @return what comes of it
     * @throws ModelClosed if the model has been freed
     */
    public <T> T during(Supplier<T> use) {
        lock.readLock().lock();
        try {
            if (ended) {
                throw refused();
            }
            return use.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * @param free frees the model; run once, whoever asks how often
     */
    public void end(Runnable free) {
        lock.writeLock().lock();
        try {
            if (!ended) {
                ended = true;
                free.run();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    static ModelClosed refused() {
        return new ModelClosed("The model is closed: it takes no more requests.");
    }
}
