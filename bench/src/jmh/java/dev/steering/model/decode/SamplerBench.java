package dev.steering.model.decode;

import java.nio.FloatBuffer;
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

/** The choice of one token out of a vocabulary's logits; the copy that the sampler overwrites is part of the time. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SamplerBench {
    private static final int PROMPT = 128;

    @Param({"49152", "128256"})
    private int vocabulary;

    private float[] logits;
    private float[] scratch;
    private Sampler greedy;
    private Sampler penalised;
    private Sampler nucleus;

    /** Makes logits with a spread of 3, about that of a language model. */
    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        logits = new float[vocabulary];
        for (int t = 0; t < vocabulary; t++) {
            logits[t] = (float) (3 * Math.sqrt(3) * (2 * random.nextDouble() - 1));
        }
        scratch = new float[vocabulary];
        int[] prompt = random.ints(PROMPT, 0, vocabulary).toArray();
        DecodeOptions options = DecodeOptions.greedy(1);
        greedy = new Sampler(options, prompt, 0);
        penalised = new Sampler(options.withRepetitionPenalty(1.1), prompt, 0);
        nucleus = new Sampler(options.withSampling(0.7, 0.9, 1), prompt, 0);
    }

    private FloatBuffer copy() {
        System.arraycopy(logits, 0, scratch, 0, vocabulary);
        return FloatBuffer.wrap(scratch);
    }

    /** The most likely one. */
    @Benchmark
    public int greedy() {
        return greedy.next(copy());
    }

    /** The most likely one after a repetition penalty. */
    @Benchmark
    public int penalised() {
        return penalised.next(copy());
    }

    /** Samples a token from the nucleus. */
    @Benchmark
    public int nucleus() {
        return nucleus.next(copy());
    }
}
