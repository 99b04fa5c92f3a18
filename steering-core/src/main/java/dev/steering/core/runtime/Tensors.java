package dev.steering.core.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The tensors of one forward pass, freed together. All wrap direct buffers, so nothing is copied on the way in or out. */
final class Tensors implements AutoCloseable {
    private static final short ONE_IN_F16 = 0x3C00;
    private static final short ONE_IN_BF16 = 0x3F80;

    private final OrtEnvironment environment;
    private final List<OnnxTensor> open = new ArrayList<>();

    Tensors(OrtEnvironment environment) {
        this.environment = environment;
    }

    /** An empty past: the pass starts at every row's beginning and keeps nothing. */
    void noPast(Map<String, OnnxTensor> inputs, GraphSignature signature, int rows) throws OrtException {
        for (CacheEntry entry : signature.cache().entries()) {
            inputs.put(entry.past(), zeros(entry.type(), entry.sizes(rows, 0)));
        }
    }

    private OnnxTensor zeros(DType type, long... shape) throws OrtException {
        ByteBuffer memory = memory(type.bytes(), shape);
        return keep(OnnxTensor.createTensor(environment, memory, shape, ElementTypes.java(type)));
    }

    /** Whole numbers in any type that holds them; masks may be of floating-point numbers or booleans. */
    OnnxTensor integers(DType type, long[] values, long... shape) throws OrtException {
        ByteBuffer memory = memory(type.bytes(), values.length);
        for (int i = 0; i < values.length; i++) {
            int at = i * type.bytes();
            long value = values[i];
            switch (type) {
                case I64 -> memory.putLong(at, value);
                case I32 -> memory.putInt(at, Math.toIntExact(value));
                case BOOL, U8, I8 -> memory.put(at, (byte) value);
                case F32 -> memory.putFloat(at, (float) value);
                case F64 -> memory.putDouble(at, (double) value);
                case F16 -> memory.putShort(at, oneOrZero(value, ONE_IN_F16));
                case BF16 -> memory.putShort(at, oneOrZero(value, ONE_IN_BF16));
                default -> throw new IllegalArgumentException("a graph input of type " + type);
            }
        }
        return keep(OnnxTensor.createTensor(environment, memory, shape, ElementTypes.java(type)));
    }

    private static short oneOrZero(long value, short one) {
        if (value != 0 && value != 1) {
            throw new IllegalArgumentException("a half-precision input can only be a mask, found " + value);
        }
        return value == 0 ? 0 : one;
    }

    OnnxTensor wrap(FloatBuffer values, long... shape) throws OrtException {
        return keep(OnnxTensor.createTensor(environment, values, shape));
    }

    static FloatBuffer floats(long... shape) {
        return memory(Float.BYTES, shape).asFloatBuffer();
    }

    private static ByteBuffer memory(long bytes, long... shape) {
        for (long size : shape) {
            bytes = Math.multiplyExact(bytes, size);
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a tensor of " + bytes + " bytes; run fewer rows at once");
        }
        return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
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
