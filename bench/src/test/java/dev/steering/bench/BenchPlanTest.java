package dev.steering.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.bench.workload.Speed;
import dev.steering.bench.workload.Task;
import dev.steering.bench.workload.Task.Case;
import dev.steering.bench.workload.Variant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What fits into the time. */
class BenchPlanTest {
    private static final BenchSettings USUAL = BenchSettings.defaults();

    private static BenchPlan plan(BenchSettings settings, double step, double token) {
        return BenchPlan.of(settings.cases(), new Speed(step, token), settings, 10);
    }

    @Test
    void aFastModelIsTimedWhole() {
        BenchPlan plan = plan(USUAL, 0.001, 0.0001);
        assertEquals(USUAL.cases(), plan.cases());
        assertEquals(0, plan.leftOut().size());
        // 28 cases of half a second of warming, eleven runs each of 4 x 0.90775 s with 30 % more, and the machine's own
        // 5.5 s.
        double runs = 4 * (16e-3 + (16e-3 + 256e-4) + 128e-4 + 512e-4 + (64e-3 + 8e-3 + 2e-3) + 3 * 1664e-4);
        assertEquals(5.5 + 28 * 0.5 + 1.3 * 11 * runs, plan.seconds(), 1e-9);
    }

    @Test
    void whatDoesNotFitIsLeftOutAndSaysHowLongItTakes() {
        // A model of 135 million parameters in single precision on two cores.
        BenchPlan plan = plan(USUAL, 0.033, 0.0018);
        assertTrue(plan.seconds() <= 290, plan.toString());
        assertTrue(plan.seconds() > 200, plan.toString());
        assertTrue(plan.cases().contains(new Case(Task.EXTRACT_16, Variant.STEERED)), plan.toString());
        assertEquals(28, plan.cases().size() + plan.leftOut().size());
        assertEquals(
                "takes 57 s more, for which 5 minutes are too short",
                plan.leftOut().get("extract-b1-captured"));
    }

    @Test
    void nothingIsTimedWithoutWhatItIsComparedWith() {
        for (double step = 0.001; step < 3; step *= 1.3) {
            BenchPlan plan = plan(USUAL, step, step / 15);
            plan.cases().forEach(c -> assertTrue(plan.cases().contains(c.plain()), plan.toString()));
        }
    }

    @Test
    void theSlowestModelWritesAtLeast() {
        assertEquals(
                List.of(new Case(Task.DECODE_1, Variant.PLAIN)),
                plan(USUAL, 5, 1).cases());
    }

    @Test
    void whatIsAskedForHasNoLimit() {
        BenchSettings asked = USUAL.withOnly(List.of("extract", "sweep"));
        BenchPlan plan = plan(asked, 5, 1);
        assertEquals(asked.cases(), plan.cases());
        assertTrue(plan.seconds() > 10_000, plan.toString());
    }
}
