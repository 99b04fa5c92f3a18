package dev.steering.bench.machine;

import dev.steering.bench.machine.ProductProbe.Shape;
import dev.steering.core.BadFile;
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
    private static final String WORK = "steering-bench";

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
        Probe products = null;
        try {
            products = fastest(productCandidates(threads), directory.path());
            return new MachineProbes(directory, products, fastest(readCandidates(threads), directory.path()));
        } catch (RuntimeException | OutOfMemoryError e) {
            if (products != null) {
                products.close();
            }
            directory.close();
            throw e;
        }
    }

    private static List<Function<Path, Probe>> productCandidates(int threads) {
        List<Function<Path, Probe>> candidates = new ArrayList<>();
        SHAPES.forEach(shape -> candidates.add(place -> ProductProbe.open(shape, place, threads)));
        return candidates;
    }

    private static List<Function<Path, Probe>> readCandidates(int threads) {
        MemoryBlock block = MemoryBlock.allocate(MemoryBlock.LARGEST);
        return List.of(place -> new SumProbe(block, threads), place -> VectorProductProbe.open(block, place, threads));
    }

    /** The fastest stays open; the others are closed, and all are if one fails. */
    static Probe fastest(List<Function<Path, Probe>> candidates, Path directory) {
        List<Probe> open = new ArrayList<>();
        try {
            double best = 0;
            for (Function<Path, Probe> candidate : candidates) {
                Probe probe = candidate.apply(directory);
                open.add(probe);
                double rate = rate(probe);
                // The slower of the two goes at once: together they would hold more memory than need be.
                boolean faster = open.size() == 1 || rate > best;
                best = Math.max(best, rate);
                if (open.size() == 2) {
                    open.remove(faster ? 0 : 1).close();
                }
            }
            return open.get(0);
        } catch (RuntimeException | OutOfMemoryError e) {
            open.forEach(Probe::close);
            throw e;
        }
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
            WorkDirectory.deleteAbandoned(parent, WORK);
            return WorkDirectory.in(parent, WORK);
        } catch (IOException e) {
            throw new BadFile(
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
