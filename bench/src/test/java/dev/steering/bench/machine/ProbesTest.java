package dev.steering.bench.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.bench.machine.ProductProbe.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
