package dev.steering.apply.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Runs one caller's tasks one after the other, on threads that the decoding loop does not wait for: a slow listener delays nobody but
 * itself. Thread-safe.
 */
public final class SerialDelivery {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "steering-delivery");
        thread.setDaemon(true);
        return thread;
    });

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean running;

    /**
     * @param task runs after all that were given before
     */
    public synchronized void execute(Runnable task) {
        tasks.add(task);
        if (!running) {
            running = true;
            THREADS.execute(this::run);
        }
    }

    private void run() {
        for (Runnable task = next(); task != null; task = next()) {
            task.run();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable task = tasks.poll();
        running = task != null;
        return task;
    }
}
