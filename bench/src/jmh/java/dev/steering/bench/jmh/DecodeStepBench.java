package dev.steering.bench.jmh;

import dev.steering.bench.workload.Task;
import dev.steering.bench.workload.Variant;
import dev.steering.bench.workload.Workload;
import dev.steering.core.bundle.Bundle;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.export.traffic.WeightTraffic;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One token of the demo model, for the garbage that a token makes ({@code -prof gc}) rather than for its speed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DecodeStepBench {
    private static final int STEPS = 16;

    @Param({"PLAIN", "STEERED", "STEERED_ROWS"})
    private Variant variant;

    private Path directory;
    private LanguageModel model;
    private Workload decoding;

    /** Exports and opens the demo model. */
    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("bench");
        Bundle bundle =
                CheckpointExporter.export(DemoFiles.checkpoint(), directory.resolve("demo"), ExportOptions.defaults());
        model = LanguageModel.open(bundle, RuntimeOptions.defaults().withThreads(1));
        WeightTraffic weights = WeightTraffic.of(
                bundle.file(bundle.manifest().graph()),
                bundle.manifest().signature().logits());
        decoding = new Task.Case(Task.DECODE_1, variant).open(model, weights);
    }

    /** Closes and deletes it. */
    @TearDown
    public void close() throws IOException {
        decoding.close();
        model.close();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }

    /** Sixteen tokens, reported per token. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void token() {
        decoding.run();
    }
}
