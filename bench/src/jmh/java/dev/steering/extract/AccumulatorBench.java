package dev.steering.extract;

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

    private float[] activation;
    private LayerAccumulator accumulator;

    /** Makes an activation. */
    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        activation = new float[hidden];
        for (int i = 0; i < hidden; i++) {
            activation[i] = (float) random.nextDouble();
        }
        accumulator = new LayerAccumulator(0, hidden, Estimator.MEAN_DIFFERENCE);
    }

    /** One activation. */
    @Benchmark
    public void add() {
        accumulator.addHarmful(activation);
    }
}
