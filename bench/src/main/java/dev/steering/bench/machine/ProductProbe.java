package dev.steering.bench.machine;

import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphBuilder;
import dev.steering.model.ort.graph.FixedGraph;
import dev.steering.model.ort.graph.FixedGraph.Memory;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A product {@code [rows, inner] x [inner, columns]} in single precision through ONNX Runtime: the same library that runs the
 * models, with the right matrix a weight that is repacked at load, as the models' are. {@code 2 * rows * inner * columns}
 * operations.
 */
final class ProductProbe implements Probe {
    private static final long SEED = 1;

    private final Shape shape;
    private final FixedGraph graph;

    /** Sizes of a product. */
    record Shape(int rows, int inner, int columns) {
        double operations() {
            return 2.0 * rows * inner * columns;
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "[%d, %d] x [%d, %d]", rows, inner, inner, columns);
        }
    }

    private ProductProbe(Shape shape, FixedGraph graph) {
        this.shape = shape;
        this.graph = graph;
    }

    /**
     * @param shape sizes
     * @param directory where its file is written
     * @param threads threads inside the operator
     */
    static ProductProbe open(Shape shape, Path directory, int threads) {
        GraphBuilder builder = new GraphBuilder("product");
        builder.input("a", DType.F32, (long) shape.rows, (long) shape.inner);
        builder.floats("b", random((long) shape.inner * shape.columns), shape.inner, shape.columns);
        builder.node("MatMul", "c", "a", "b");
        builder.output("c", DType.F32, (long) shape.rows, (long) shape.columns);
        Path file = directory.resolve("product-" + shape.rows + "-" + shape.inner + "-" + shape.columns + ".onnx");
        builder.write(file, "steering-bench");
        Memory a = Memory.allocate((long) shape.rows, (long) shape.inner);
        FloatBuffer values = a.values();
        values.put(0, random(values.capacity()));
        Memory c = Memory.allocate((long) shape.rows, (long) shape.columns);
        RuntimeOptions options = RuntimeOptions.defaults().withThreads(threads).withDevice(RuntimeOptions.Device.CPU);
        return new ProductProbe(shape, FixedGraph.open(file, options, Map.of("a", a), Map.of("c", c)));
    }

    /** Values in [-1, 1): zeros would need less power, and clocks follow it. */
    private static float[] random(long count) {
        SplittableRandom random = new SplittableRandom(SEED);
        float[] values = new float[Math.toIntExact(count)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (random.nextInt() >> 8) * 0x1p-23f;
        }
        return values;
    }

    @Override
    public String method() {
        return "ONNX Runtime MatMul " + shape;
    }

    @Override
    public void run() {
        graph.run();
    }

    @Override
    public double work() {
        return shape.operations();
    }

    @Override
    public void close() {
        graph.close();
    }
}
