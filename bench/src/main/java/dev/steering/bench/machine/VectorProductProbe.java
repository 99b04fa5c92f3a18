package dev.steering.bench.machine;

import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphBuilder;
import dev.steering.model.ort.graph.FixedGraph;
import dev.steering.model.ort.graph.FixedGraph.Memory;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads memory as decoding does: one row times a matrix that is far larger than the caches, through ONNX Runtime. The matrix is
 * an input, so that it is not repacked.
 */
final class VectorProductProbe implements Probe {
    private static final long INNER = 4096;

    private final FixedGraph graph;
    private final long bytes;

    private VectorProductProbe(FixedGraph graph, long bytes) {
        this.graph = graph;
        this.bytes = bytes;
    }

    /** Reads as much of the block as whole rows make up. */
    static VectorProductProbe open(MemoryBlock block, Path directory, int threads) {
        long columns = block.bytes() / (INNER * Float.BYTES);
        GraphBuilder builder = new GraphBuilder("vector-product");
        builder.input("a", DType.F32, 1L, INNER);
        builder.input("b", DType.F32, INNER, columns);
        builder.node("MatMul", "c", "a", "b");
        builder.output("c", DType.F32, 1L, columns);
        Path file = directory.resolve("vector-product.onnx");
        builder.write(file, "steering-bench");
        Memory a = Memory.allocate(1L, INNER);
        for (int i = 0; i < INNER; i++) {
            a.values().put(i, 1f);
        }
        Memory b = new Memory(block.floats(Math.toIntExact(INNER * columns)), List.of(INNER, columns));
        Memory c = Memory.allocate(1L, columns);
        RuntimeOptions options = RuntimeOptions.defaults().withThreads(threads).withDevice(RuntimeOptions.Device.CPU);
        return new VectorProductProbe(
                FixedGraph.open(file, options, Map.of("a", a, "b", b), Map.of("c", c)), INNER * columns * Float.BYTES);
    }

    @Override
    public String method() {
        return "ONNX Runtime MatMul of one row with " + (bytes >> 20) + " MiB";
    }

    @Override
    public void run() {
        graph.run();
    }

    @Override
    public double work() {
        return bytes;
    }

    @Override
    public void close() {
        graph.close();
    }
}
