package dev.steering.bench.machine;

import dev.steering.core.SteeringException;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads memory in Java: every thread adds up its part of a block, 64 bits at a time in eight independent sums. That is about
 * ten times as fast as memory when the block fits into a cache, so that memory is the limit.
 */
final class SumProbe implements Probe {
    private static final int UNROLLED = 8;

    private final MemoryBlock block;
    private final int threads;
    private final ExecutorService pool;

    /** Kept so that no compiler may leave the reading out. */
    private long sum;

    SumProbe(MemoryBlock block, int threads) {
        this.block = block;
        this.threads = threads;
        this.pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "read-probe");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public String method() {
        return "sums of " + (block.bytes() >> 20) + " MiB in Java";
    }

    @Override
    public void run() {
        LongBuffer all = block.longs();
        int part = all.capacity() / threads / UNROLLED * UNROLLED;
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            LongBuffer own = all.slice(t * part, part);
            tasks.add(() -> sum(own));
        }
        try {
            for (Future<Long> future : pool.invokeAll(tasks)) {
                sum += future.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SteeringException("Interrupted while measuring how fast memory is read.", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sum of everything read so far; using it keeps the reading from being optimised away. */
    long sum() {
        return sum;
    }

    private static long sum(LongBuffer values) {
        long a = 0;
        long b = 0;
        long c = 0;
        long d = 0;
        long e = 0;
        long f = 0;
        long g = 0;
        long h = 0;
        for (int i = 0; i < values.capacity(); i += UNROLLED) {
            a += values.get(i);
            b += values.get(i + 1);
            c += values.get(i + 2);
            d += values.get(i + 3);
            e += values.get(i + 4);
            f += values.get(i + 5);
            g += values.get(i + 6);
            h += values.get(i + 7);
        }
        return a + b + c + d + e + f + g + h;
    }

    @Override
    public double work() {
        return (double) (block.longs().capacity() / threads / UNROLLED * UNROLLED) * threads * Long.BYTES;
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
