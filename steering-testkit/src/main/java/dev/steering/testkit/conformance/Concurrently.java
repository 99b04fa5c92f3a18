package dev.steering.testkit.conformance;

import static dev.steering.testkit.conformance.Measured.wrong;

import dev.steering.testkit.conformance.SteeringRuntime.Reading;
import dev.steering.testkit.conformance.SteeringRuntime.Row;
import dev.steering.testkit.conformance.SteeringRuntime.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Requests at the same time, each with directions of its own, against the same one after the other. */
final class Concurrently {
    private static final int CALLERS = 4;
    private static final int TIMES = 6;

    private Concurrently() {}

    static void verify(SteeringRuntime runtime) {
        Measured measured = new Measured(runtime);
        List<Row> rows = new ArrayList<>();
        List<Reading> alone = new ArrayList<>();
        List<int[]> texts = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Row row = measured.row(5, 5).with(measured.push(i % 2 == 0 ? 1 : -1, Tokens.ALL));
            rows.add(row);
            alone.add(measured.read(row));
            texts.add(runtime.write(List.of(row), 4).get(0));
        }
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
        try {
            CountDownLatch ready = new CountDownLatch(CALLERS);
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                int caller = i;
                calls.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    for (int time = 0; time < TIMES; time++) {
                        String what = "caller " + caller + " of " + CALLERS + " at once";
                        measured.same(what, alone.get(caller), measured.read(rows.get(caller)));
                        ConformanceSuite.requireText(
                                what,
                                texts.get(caller),
                                runtime.write(List.of(rows.get(caller)), 4).get(0));
                    }
                    return null;
                }));
            }
            for (Future<?> call : calls) {
                finish(call);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void finish(Future<?> call) {
        try {
            call.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof NonconformingRuntime failure) {
                throw failure;
            }
            NonconformingRuntime failed = wrong("a request failed beside others: %s", String.valueOf(e.getCause()));
            failed.initCause(e);
            throw failed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw wrong("interrupted");
        }
    }
}
