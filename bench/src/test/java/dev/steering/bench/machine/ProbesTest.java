package dev.steering.bench.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.bench.machine.ProductProbe.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbesTest {
    @TempDir
    private Path directory;

    @Test
    void aProductCountsTwoOperationsPerPairAndRuns() {
        try (Probe probe = ProductProbe.open(new Shape(3, 5, 7), directory, 1)) {
            assertEquals(2 * 3 * 5 * 7, probe.work());
            probe.run();
            assertEquals("ONNX Runtime MatMul [3, 5] x [5, 7]", probe.method());
        }
    }

    @Test
    void theSumReadsEveryWordOfTheBlockWithAnyNumberOfThreads() {
        MemoryBlock block = MemoryBlock.allocate(MemoryBlock.UNIT);
        long pattern = block.longs().get(0);
        for (int threads : new int[] {1, 2, 4}) {
            try (SumProbe probe = new SumProbe(block, threads)) {
                assertEquals((double) block.bytes(), probe.work());
                probe.run();
                assertEquals(pattern * (block.bytes() / Long.BYTES), probe.sum(), threads + " threads");
            }
        }
    }

    @Test
    void aVectorProductReadsTheBlock() {
        MemoryBlock block = MemoryBlock.allocate(MemoryBlock.UNIT);
        try (Probe probe = VectorProductProbe.open(block, directory, 1)) {
            probe.run();
            assertEquals((double) block.bytes(), probe.work());
        }
    }

    @Test
    void theFastestProbesAreKeptAndTheirFilesDeleted() throws IOException {
        Path own = Files.createDirectory(directory.resolve("probes"));
        try (MachineProbes probes = MachineProbes.open(1, own)) {
            assertTrue(probes.products().method().startsWith("ONNX Runtime MatMul ["));
            assertEquals(1, entries(own));
            probes.products().run();
            probes.reads().run();
        }
        assertEquals(0, entries(own));
    }

    /** Takes so many milliseconds, or fails, and tells whether it is open. */
    private static final class Timed implements Probe {
        private final int milliseconds;
        private int open = 1;

        Timed(int milliseconds) {
            this.milliseconds = milliseconds;
        }

        @Override
        public String method() {
            return milliseconds + " ms";
        }

        @Override
        public void run() {
            if (milliseconds < 0) {
                throw new IllegalStateException("broken");
            }
            LockSupport.parkNanos(milliseconds * 1_000_000L);
        }

        @Override
        public double work() {
            return 1;
        }

        @Override
        public void close() {
            open--;
        }
    }

    @Test
    void onlyTheFastestStaysOpenAndNoneIfOneFails() {
        List<Timed> probes = List.of(new Timed(8), new Timed(1), new Timed(16));
        List<Function<Path, Probe>> candidates = new ArrayList<>();
        probes.forEach(probe -> candidates.add(place -> probe));
        assertSame(probes.get(1), MachineProbes.fastest(candidates, directory));
        assertEquals(List.of(0, 1, 0), probes.stream().map(p -> p.open).toList());
        List<Timed> failing = List.of(new Timed(1), new Timed(-1));
        List<Function<Path, Probe>> broken = new ArrayList<>();
        failing.forEach(probe -> broken.add(place -> probe));
        assertThrows(IllegalStateException.class, () -> MachineProbes.fastest(broken, directory));
        assertEquals(List.of(0, 0), failing.stream().map(p -> p.open).toList());
    }

    private static long entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }

    @Test
    void linuxCountsMemoryInKilobytes() {
        ProcessMemory memory = ProcessMemory.parse(
                        "Name:\tjava\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\nRssFile:\t 512 kB\n")
                .orElseThrow();
        assertEquals(new ProcessMemory(2 << 20, 1 << 20, 512 << 10), memory);
        assertTrue(ProcessMemory.parse("Name:\tjava\n").isEmpty());
    }
}
