package dev.steering.bench.jmh;

import dev.steering.core.bundle.Bundle;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.gradient.GradientOptions;
import dev.steering.gradient.GradientTarget.SteeringVectors;
import dev.steering.gradient.LossGradient;
import dev.steering.gradient.LossTerm;
import dev.steering.gradient.SoftPromptExample;
import dev.steering.gradient.SoftPromptGradients;
import dev.steering.gradient.SteeredExample;
import dev.steering.gradient.SteeringGradients;
import dev.steering.model.ort.ForwardResult;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.ForwardRequest;
import dev.steering.model.pass.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a gradient costs beside a forward pass of the same batch on the demo model: 16 rows of 20 prompt tokens, soft rows and 8 response
 * tokens; logits of the response tokens alone, as in the losses.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 10, time = 1)
public class GradientBench {
    private static final int ROWS = 16;
    private static final int PROMPT = 20;
    private static final int RESPONSE = 8;
    private static final int HIDDEN = 128;
    private static final int POINT = 4;

    /** Rows of the soft prompt; the vector's batch has as many prompt tokens more. */
    @Param({"12", "32"})
    public int soft;

    private Path directory;
    private LanguageModel model;
    private SoftPromptGradients prompts;
    private SteeringGradients vectors;
    private double[] prompt;
    private double[] vector;
    private List<SoftPromptExample> promptExamples;
    private List<SteeredExample> vectorExamples;
    private ForwardRequest request;

    /** Exports the demo model and makes a batch. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("gradient-bench");
        Bundle bundle =
                CheckpointExporter.export(DemoFiles.checkpoint(), directory.resolve("demo"), ExportOptions.defaults());
        model = LanguageModel.open(bundle, RuntimeOptions.defaults());
        prompts = SoftPromptGradients.open(bundle, GradientOptions.defaults());
        vectors = SteeringGradients.open(bundle, new SteeringVectors(List.of(POINT)), GradientOptions.defaults());
        Random random = new Random(1);
        prompt = random.doubles((long) soft * HIDDEN, -0.05, 0.05).toArray();
        vector = random.doubles(HIDDEN, -0.3, 0.3).toArray();
        promptExamples = new ArrayList<>();
        vectorExamples = new ArrayList<>();
        List<int[]> rows = new ArrayList<>();
        for (int r = 0; r < ROWS; r++) {
            int[] row = random.ints((long) PROMPT + soft + RESPONSE, 10, 2000).toArray();
            int[] response = Arrays.copyOfRange(row, PROMPT + soft, row.length);
            int[] before = Arrays.copyOf(row, 2);
            int[] after = Arrays.copyOfRange(row, 2, PROMPT);
            promptExamples.add(new SoftPromptExample(before, after, response, LossTerm.LIKELIHOOD, 1));
            int[] whole = Arrays.copyOf(row, PROMPT + soft);
            vectorExamples.add(
                    new SteeredExample(whole, response, whole.length - 1, 1, LossTerm.LIKELIHOOD, 1));
            rows.add(row);
        }
        int[] positions = IntStream.range(PROMPT + soft - 1, PROMPT + soft + RESPONSE - 1).toArray();
        request = ForwardRequest.of(rows).withLogits(rows.stream().map(row -> positions).toList());
    }

    /** Closes everything and removes the bundle. */
    @TearDown
    public void close() throws IOException {
        vectors.close();
        prompts.close();
        model.close();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The bundle's own graph: fused operators, a cache. */
    @Benchmark
    public ForwardResult forward() {
        return model.forward(request);
    }

    /** Losses alone, in the operators that have a rule. */
    @Benchmark
    public List<Double> promptLosses() {
        return prompts.losses(prompt, promptExamples);
    }

    /** Losses and their gradient by the soft prompt. */
    @Benchmark
    public LossGradient promptGradient() {
        return prompts.evaluate(prompt, promptExamples);
    }

    /** Losses and their gradient by a vector at point 4 of 6. */
    @Benchmark
    public LossGradient vectorGradient() {
        return vectors.evaluate(vector, vectorExamples);
    }
}
