package dev.steering.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.steering.bench.machine.MachineProbes;
import dev.steering.bench.workload.Task;
import dev.steering.bench.workload.Task.Case;
import dev.steering.bench.workload.Variant;
import dev.steering.bench.workload.Workload;
import dev.steering.core.ProgressListener;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How often something is timed. */
class RoundsTest {
    private int runs;

    private Rounds rounds(double seconds) {
        Workload counted = new Workload() {
            @Override
            public void run() {
                runs++;
            }

            @Override
            public int tokens() {
                return 1;
            }

            @Override
            public int prompts() {
                return 0;
            }

            @Override
            public Cost cost() {
                return new Cost(Limit.COMPUTE, 1, 1);
            }
        };
        try (MachineProbes probes = MachineProbes.open(1)) {
            Map<Case, Workload> workloads = Map.of(new Case(Task.DECODE_1, Variant.PLAIN), counted);
            return Rounds.time(probes, workloads, 10, seconds, ProgressListener.NONE);
        }
    }

    @Test
    void allRepetitionsWhereThereIsTime() {
        assertEquals(10, rounds(Double.POSITIVE_INFINITY).done());
        assertEquals(10, runs);
    }

    @Test
    void threeAtLeastWhereTheTimeIsUp() {
        assertEquals(3, rounds(0).done());
        assertEquals(3, runs);
    }
}
