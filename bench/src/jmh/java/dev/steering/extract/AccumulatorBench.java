package dev.steering.extract;

import dev.steering.extract.moments.Moments;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One prompt's activation at one layer, added to the sums of its class. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AccumulatorBench {
    @Param({"576", "4096"})
    private int hidden;

    private float[][] activation;
    private Moments moments;
    private long key;

    /** Makes an activation. */
    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        activation = new float[1][hidden];
        for (int i = 0; i < hidden; i++) {
            activation[0][i] = (float) random.nextDouble();
        }
        moments = new Moments(1, hidden, false);
    }

    /** One activation. */
    @Benchmark
    public void add() {
        // Keys as even as those of hashes.
        key += 0x9E3779B97F4A7C15L;
        moments.add(true, key, activation);
    }
}
