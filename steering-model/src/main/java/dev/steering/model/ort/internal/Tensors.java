package dev.steering.model.ort.internal;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.BadRequest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** The tensors of one forward pass, freed together. All wrap direct buffers, so nothing is copied on the way in or out. */
public final class Tensors implements AutoCloseable {
    private final OrtEnvironment environment;
    private final List<OnnxTensor> open = new ArrayList<>();

    public Tensors(OrtEnvironment environment) {
        this.environment = environment;
    }

    public OnnxTensor wrap(FloatBuffer values, long... shape) throws OrtException {
        return keep(OnnxTensor.createTensor(environment, values, shape));
    }

    public OnnxTensor longs(long[] values, long... shape) throws OrtException {
        ByteBuffer memory = memory(Long.BYTES, values.length);
        memory.asLongBuffer().put(values);
        return keep(OnnxTensor.createTensor(environment, memory, shape, OnnxJavaType.INT64));
    }

    public static FloatBuffer floats(long... shape) {
        return memory(Float.BYTES, shape).asFloatBuffer();
    }

    private static ByteBuffer memory(long elementBytes, long... shape) {
        return ByteBuffer.allocateDirect(bytes(elementBytes, shape)).order(ByteOrder.nativeOrder());
    }

    /** Size of a tensor's memory. */
    public static int bytes(long elementBytes, long... shape) {
        long bytes = elementBytes;
        for (long size : shape) {
            bytes = size > 0 && bytes > Long.MAX_VALUE / size ? Long.MAX_VALUE : bytes * size;
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new BadRequest("A tensor of " + bytes + " bytes cannot be made. Run fewer rows at once.");
        }
        return (int) bytes;
    }

    private OnnxTensor keep(OnnxTensor tensor) {
        open.add(tensor);
        return tensor;
    }

    @Override
    public void close() {
        open.forEach(OnnxTensor::close);
    }
}
