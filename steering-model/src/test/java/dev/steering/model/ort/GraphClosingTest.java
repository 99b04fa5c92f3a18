package dev.steering.model.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.steering.core.ModelClosed;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Cache;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.core.safetensors.DType;
import dev.steering.model.ort.graph.FixedGraph;
import dev.steering.model.ort.graph.TensorGraph;
import dev.steering.model.ort.graph.TensorInputs;
import dev.steering.model.ort.graph.UnsteeredGraph;
import dev.steering.model.pass.RuntimeOptions;
import dev.steering.testkit.TestGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Graphs other than a model's may be closed while they run, too. */
@Timeout(120)
class GraphClosingTest {
    private static final RuntimeOptions ONE_THREAD = RuntimeOptions.defaults().withThreads(1);

    @TempDir
    private Path directory;

    /** A graph, what runs it, and what its message calls it. */
    private record Open(AutoCloseable graph, Runnable run, String name) {}

    @Test
    void aGraphThatIsUsedIsClosedWhenItHasRun() throws Exception {
        Path file = directory.resolve("square.onnx");
        TestGraph square = new TestGraph();
        square.input("x", DType.F32, 64L, 64L);
        square.node("MatMul", "y", "x", "x");
        square.output("y", DType.F32, 64L, 64L);
        byte[] bytes = square.toBytes();
        Files.write(file, bytes);
        closes(() -> fixed(file), 1);
        closes(() -> tensor(bytes), 4);
    }

    @Test
    void aDecoderWithoutSteeringToo() throws Exception {
        Path file = directory.resolve("table.onnx");
        TestGraph table = new TestGraph();
        table.input("ids", DType.I64, "batch", "tokens");
        table.node("Gather", "scores", table.floats("table", new float[] {0, 10, 20, 30, 40, 50}, 3, 2), "ids");
        table.output("scores", DType.F32, "batch", "tokens", 2L);
        Files.write(file, table.toBytes());
        closes(() -> unsteered(file), 4);
    }

    private void closes(Supplier<Open> opener, int users) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(users);
        SplittableRandom random = new SplittableRandom(3);
        AtomicInteger runs = new AtomicInteger();
        for (int round = 0; round < 50; round++) {
            Open open = opener.get();
            List<Future<?>> all = new ArrayList<>();
            for (int user = 0; user < users; user++) {
                all.add(threads.submit(() -> {
                    while (true) {
                        try {
                            open.run().run();
                        } catch (ModelClosed e) {
                            return;
                        }
                        runs.incrementAndGet();
                    }
                }));
            }
            // Some runs before each close, however slow the machine is.
            int enough = runs.get() + random.nextInt(6);
            while (runs.get() < enough && all.stream().noneMatch(Future::isDone)) {
                Thread.onSpinWait();
            }
            Thread.sleep(random.nextInt(3), random.nextInt(1_000_000));
            open.graph().close();
            for (Future<?> one : all) {
                one.get();
            }
            open.graph().close();
            ModelClosed e = assertThrows(ModelClosed.class, () -> open.run().run());
            assertEquals(
                    open.name()
                            + " is closed and takes no new work. Open it again, or close it when nothing is left to do.",
                    e.getMessage());
        }
        threads.shutdown();
        assertTrue(runs.get() > 50, runs + " runs between the closes");
    }

    private static Open fixed(Path file) {
        FixedGraph.Memory in = FixedGraph.Memory.allocate(64L, 64L);
        FixedGraph graph =
                FixedGraph.open(file, ONE_THREAD, Map.of("x", in), Map.of("y", FixedGraph.Memory.allocate(64L, 64L)));
        return new Open(graph, graph::run, "The graph " + file);
    }

    private Open tensor(byte[] bytes) {
        TensorGraph graph = TensorGraph.open(bytes, directory, ONE_THREAD);
        Runnable run = () -> graph.run(new TensorInputs().floats("x", new float[64 * 64], 64, 64), List.of("y"));
        return new Open(graph, run, "The graph on the weights in " + directory);
    }

    private static Open unsteered(Path file) {
        GraphSignature signature = new GraphSignature(
                List.of(new Input("ids", Role.TOKEN_IDS, DType.I64, 2)),
                "scores",
                new Cache(CacheMode.NONE, List.of()),
                Padding.RIGHT);
        UnsteeredGraph graph = UnsteeredGraph.open(file, signature, ONE_THREAD);
        Runnable run =
                () -> assertEquals(50, graph.logits(List.of(new int[] {0, 2})).get(0)[1][1]);
        return new Open(graph, run, "The graph " + file);
    }
}
