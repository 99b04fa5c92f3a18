package dev.steering.apply.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Threads that call at the same time. */
public final class Callers {
    private Callers() {}

    /** What one of them does. */
    @FunctionalInterface
    public interface Work {
        void run(int thread) throws Exception;
    }

    /** Starts them; {@link #join} waits. */
    public static List<FutureTask<Void>> start(int count, Work work) {
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int thread = 0; thread < count; thread++) {
            int number = thread;
            FutureTask<Void> task = new FutureTask<>(() -> {
                work.run(number);
                return null;
            });
            tasks.add(task);
            Thread caller = new Thread(task, "caller-" + thread);
            caller.setDaemon(true);
            caller.start();
        }
        return tasks;
    }

    /** Waits for all; the first failure among them is the caller's own. */
    public static void join(List<FutureTask<Void>> tasks) throws Exception {
        for (FutureTask<Void> task : tasks) {
            try {
                task.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e;
            }
        }
    }

    public static void inThreads(int count, Work work) throws Exception {
        join(start(count, work));
    }
}
