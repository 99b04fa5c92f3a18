package dev.steering.gradient.rules;

import dev.steering.core.safetensors.DType;
import dev.steering.gradient.SoftPromptGradients;
import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import dev.steering.model.ort.graph.TensorGraph;
import dev.steering.model.ort.graph.TensorInputs;
import dev.steering.model.pass.RuntimeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * A graph's gradient beside differences of its values: fourth-order central ones, whose error with values in single precision is
 * about 1e-5 for the functions that are tested.
 */
public final class FiniteDifferences {
    private static final double STEP = 0.03;

    /**
     * A float input of a graph.
     *
     * @param shape its sizes
     * @param values its values
     */
    record Variable(List<Integer> shape, List<Double> values) {
        /** Values evenly spread over a range. */
        static Variable between(double low, double high, Integer... shape) {
            Random random = new Random(List.of(shape).hashCode());
            int size = 1;
            for (int axis : shape) {
                size *= axis;
            }
            return new Variable(
                    List.of(shape), random.doubles(size, low, high).boxed().toList());
        }

        static Variable of(Integer... shape) {
            return between(-1.5, 1.5, shape);
        }

        double[] array() {
            return values.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /** Writes a graph whose inputs exist and returns the name of its value. */
    @FunctionalInterface
    interface Writer {
        String write(Tape tape);
    }

    private FiniteDifferences() {}

    /** The largest difference between gradient and differences by one of the inputs, relative to the largest gradient. */
    static double error(Writer writer, Map<String, Variable> inputs, String by) {
        Tape tape = new Tape("test");
        inputs.forEach(
                (name, v) -> tape.input(name, DType.F32, Shape.of(v.shape().toArray())));
        String value = writer.write(tape);
        Shape shape = tape.shape(value);
        tape.input("weight", DType.F32, shape);
        String gradient = Differentiator.differentiate(tape, Map.of(value, "weight"), by);
        if (!tape.shape(gradient).equals(tape.shape(by))) {
            throw new AssertionError("gradient of " + tape.shape(by) + " is " + tape.shape(gradient));
        }
        tape.output("value", value, DType.F32);
        tape.output("gradient", gradient, DType.F32);
        double[] weight =
                new Random(3).doubles(Long.parseLong(shape.product()), -1, 1).toArray();
        try (TensorGraph graph = TensorGraph.open(
                tape.build().toByteArray(),
                Path.of("."),
                RuntimeOptions.defaults().withThreads(1))) {
            TensorInputs feed = new TensorInputs().floats("weight", floats(weight), sizes(shape));
            inputs.forEach((name, v) -> feed.floats(name, floats(v.array()), sizes(tape.shape(name))));
            float[] found = graph.run(feed, List.of("gradient")).get(0);
            ToDoubleFunction<double[]> function = x -> {
                feed.floats(by, floats(x), sizes(tape.shape(by)));
                float[] y = graph.run(feed, List.of("value")).get(0);
                double sum = 0;
                for (int i = 0; i < y.length; i++) {
                    sum += weight[i] * y[i];
                }
                return sum;
            };
            return largest(found, function, inputs.get(by).array());
        }
    }

    private static double largest(float[] found, ToDoubleFunction<double[]> function, double[] at) {
        double difference = 0;
        double scale = 0;
        for (int i = 0; i < at.length; i++) {
            double slope = slope(function, at, i, STEP);
            difference = Math.max(difference, Math.abs(slope - found[i]));
            scale = Math.max(scale, Math.abs(slope));
        }
        return scale == 0 ? difference : difference / scale;
    }

    /** The derivative by one component. */
    public static double slope(ToDoubleFunction<double[]> function, double[] at, int component, double step) {
        double near = moved(function, at, component, step) - moved(function, at, component, -step);
        double far = moved(function, at, component, 2 * step) - moved(function, at, component, -2 * step);
        return (8 * near - far) / (12 * step);
    }

    private static double moved(ToDoubleFunction<double[]> function, double[] at, int component, double by) {
        double[] moved = at.clone();
        moved[component] += by;
        return function.applyAsDouble(moved);
    }

    private static long[] sizes(Shape shape) {
        return shape.axes().stream().mapToLong(Long::parseLong).toArray();
    }

    private static float[] floats(double[] values) {
        return SoftPromptGradients.floats(values);
    }
}
