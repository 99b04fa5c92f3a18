package dev.steering.model.ort.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.steering.model.ort.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Named tensors for one run of a {@link TensorGraph}. Arrays are copied when the graph runs. Not thread-safe. */
public final class TensorInputs {
    @FunctionalInterface
    private interface Maker {
        OnnxTensor make(Tensors tensors) throws OrtException;
    }

    private final Map<String, Maker> makers = new LinkedHashMap<>();

    /**
     * @param name name of an input of single precision
     * @param values in row-major order
     * @param shape sizes; none for a scalar
     * @return this
     */
    public TensorInputs floats(String name, float[] values, long... shape) {
        requireSize(name, values.length, shape);
        makers.put(name, tensors -> {
            FloatBuffer buffer = Tensors.floats(shape);
            buffer.put(values).rewind();
            return tensors.wrap(buffer, shape);
        });
        return this;
    }

    /**
     * @param name name of an input of 64-bit integers
     * @param values in row-major order
     * @param shape sizes; none for a scalar
     * @return this
     */
    public TensorInputs longs(String name, long[] values, long... shape) {
        requireSize(name, values.length, shape);
        makers.put(name, tensors -> tensors.longs(values, shape));
        return this;
    }

    Map<String, OnnxTensor> tensors(Tensors tensors) throws OrtException {
        Map<String, OnnxTensor> made = new LinkedHashMap<>();
        for (Map.Entry<String, Maker> maker : makers.entrySet()) {
            made.put(maker.getKey(), maker.getValue().make(tensors));
        }
        return made;
    }

    private static void requireSize(String name, int length, long[] shape) {
        long size = 1;
        for (long axis : shape) {
            size *= axis;
        }
        if (size != length) {
            throw new IllegalArgumentException(
                    name + ": " + length + " values for the shape " + java.util.Arrays.toString(shape));
        }
    }
}
