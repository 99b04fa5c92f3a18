package dev.steering.bench.jmh;

import dev.steering.core.vector.ContrastSet;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.LayerMatrix;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The vector file of a model with 32 layers of 4096: 1 MiB in all. Writing waits for the disk. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class VectorFileBench {
    private static final int LAYERS = 32;
    private static final int HIDDEN = 4096;

    private SteeringVector vector;
    private Path file;

    /** Makes a vector and writes it once. */
    @Setup
    public void fill() throws IOException {
        vector = SteeringVector.of(random(1), new Provenance(
                        "ab".repeat(32),
                        "bench",
                        "cd".repeat(32),
                        "mean-difference",
                        "last",
                        "block-output",
                        "add",
                        "chat",
                        0,
                        Map.of())).withTransitionReference(random(2)).withStatistics(IntStream.range(0, LAYERS)
                        .mapToObj(l -> new LayerStatistics(l, 1, 2, 3))
                        .toList()).withPrompts(ExtractionPrompts.kept(new ContrastSet(List.of("How do I kill a Python process?"), List.of("How do I boil an egg?"))));
        file = Files.createTempFile("bench", ".safetensors");
        VectorFile.write(file, vector);
    }

    private static LayerMatrix random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] rows = new float[LAYERS][HIDDEN];
        for (float[] row : rows) {
            for (int i = 0; i < HIDDEN; i++) {
                row[i] = (float) random.nextDouble();
            }
        }
        return LayerMatrix.of(rows);
    }

    /** Removes the file. */
    @TearDown
    public void delete() throws IOException {
        Files.delete(file);
    }

    /** The whole file. */
    @Benchmark
    public SteeringVector read() {
        return VectorFile.read(file);
    }

    /** The whole file, forced to the disk and moved to its place. */
    @Benchmark
    public void write() {
        VectorFile.write(file, vector);
    }
}
