package dev.steering.bench.machine;

import dev.steering.bench.machine.ProductProbe.Shape;
import dev.steering.core.SteeringException;
import dev.steering.export.bundle.WorkDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The fastest way that was found to compute and the fastest that was found to read, to be measured again and again between the
 * things that they are the limits of: on shared machines both change from minute to minute. Not thread-safe.
 */
public final class MachineProbes implements AutoCloseable {
    private static final List<Shape> SHAPES = List.of(
            new Shape(512, 1024, 1024),
            new Shape(1024, 1024, 4096),
            new Shape(512, 2048, 2048),
            new Shape(2048, 2048, 2048));
    private static final int TRIALS = 5;

    private final WorkDirectory directory;
    private final Probe products;
    private final Probe reads;

    private MachineProbes(WorkDirectory directory, Probe products, Probe reads) {
        this.directory = directory;
        this.products = products;
        this.reads = reads;
    }

    /**
     * Tries all ways and keeps the fastest.
     *
     * @param threads threads that compute and read
     * @return the probes; they hold up to 512 MiB
     */
    public static MachineProbes open(int threads) {
        return open(threads, Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** Its files are in a directory of its own there, which closing deletes. */
    static MachineProbes open(int threads, Path parent) {
        WorkDirectory directory = temporary(parent);
        List<Function<Path, Probe>> products = new ArrayList<>();
        SHAPES.forEach(shape -> products.add(place -> ProductProbe.open(shape, place, threads)));
        MemoryBlock block = MemoryBlock.allocate(MemoryBlock.LARGEST);
        List<Function<Path, Probe>> reads =
                List.of(place -> new SumProbe(block, threads), place -> VectorProductProbe.open(block, place, threads));
        return new MachineProbes(directory, fastest(products, directory.path()), fastest(reads, directory.path()));
    }

    private static Probe fastest(List<Function<Path, Probe>> candidates, Path directory) {
        Probe best = candidates.get(0).apply(directory);
        double rate = rate(best);
        for (Function<Path, Probe> candidate : candidates.subList(1, candidates.size())) {
            Probe probe = candidate.apply(directory);
            double other = rate(probe);
            if (other > rate) {
                best.close();
                best = probe;
                rate = other;
            } else {
                probe.close();
            }
        }
        return best;
    }

    /** The best of some runs, the first of which does not count. */
    private static double rate(Probe probe) {
        double best = 0;
        for (int i = 0; i <= TRIALS; i++) {
            long start = System.nanoTime();
            probe.run();
            double seconds = (System.nanoTime() - start) / 1e9;
            best = i == 0 ? 0 : Math.max(best, probe.work() / seconds);
        }
        return best;
    }

    /** @return arithmetic: work in floating-point operations */
    public Probe products() {
        return products;
    }

    /** @return reading: work in bytes */
    public Probe reads() {
        return reads;
    }

    private static WorkDirectory temporary(Path parent) {
        try {
            return WorkDirectory.in(parent, "steering-bench");
        } catch (IOException e) {
            throw new SteeringException(
                    "Cannot make a temporary directory: " + e.getMessage() + ". Set java.io.tmpdir to one with room.",
                    e);
        }
    }

    @Override
    public void close() {
        products.close();
        reads.close();
        directory.close();
    }
}
