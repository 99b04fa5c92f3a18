package dev.steering.model.ort.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A named tensor of {@link PassMemory}: kept from pass to pass, made anew only when its shape or the memory behind it changes.
 * Not thread-safe.
 */
public final class PassTensor implements AutoCloseable {
    private static final short ONE_IN_F16 = 0x3C00;
    private static final short ONE_IN_BF16 = 0x3F80;

    private final OrtEnvironment environment;
    private ByteBuffer memory = ByteBuffer.allocateDirect(0);
    private DType type = DType.F32;
    private long[] shape = {};
    private @Nullable FloatBuffer wrapped;
    private @Nullable OnnxTensor tensor;

    public PassTensor(OrtEnvironment environment) {
        this.environment = environment;
    }

    /** Gives it a shape, in memory of its own that still holds what earlier passes wrote. */
    public OnnxTensor shaped(DType newType, long... newShape) throws OrtException {
        OnnxTensor current = tensor;
        if (current != null && wrapped == null && type == newType && Arrays.equals(shape, newShape)) {
            return current;
        }
        close();
        int bytes = Tensors.bytes(newType.bytes(), newShape);
        if (memory.capacity() < bytes) {
            // The mask grows in every step: by doubling, its memory is made anew only now and then.
            int size = (int) Math.min(Integer.MAX_VALUE, Math.max(bytes, 2L * memory.capacity()));
            memory = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        }
        type = newType;
        shape = newShape;
        memory.clear().limit(bytes);
        OnnxTensor made = OnnxTensor.createTensor(environment, memory, newShape, ElementTypes.java(newType));
        tensor = made;
        return made;
    }

    /** Gives it somebody else's memory. */
    @SuppressWarnings("ReferenceEquality") // the same memory, not the same numbers
    public OnnxTensor wrapping(FloatBuffer values, long... newShape) throws OrtException {
        OnnxTensor current = tensor;
        if (current != null && wrapped == values && Arrays.equals(shape, newShape)) {
            return current;
        }
        close();
        wrapped = values;
        shape = newShape;
        OnnxTensor made = OnnxTensor.createTensor(environment, values, newShape);
        tensor = made;
        return made;
    }

    /** Sets all of its own memory to zero. */
    public void clear() {
        int at = 0;
        for (; at + Long.BYTES <= memory.limit(); at += Long.BYTES) {
            memory.putLong(at, 0);
        }
        for (; at < memory.limit(); at++) {
            memory.put(at, (byte) 0);
        }
    }

    /** Writes a whole number in the tensor's type; masks may be of floating-point numbers or booleans. */
    public void put(int index, long value) {
        int at = index * type.bytes();
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

    private static short oneOrZero(long value, short one) {
        if (value != 0 && value != 1) {
            throw new IllegalArgumentException("a half-precision input can only be a mask, found " + value);
        }
        return value == 0 ? 0 : one;
    }

    /** Writes a number into a tensor of type F32. */
    public void putFloat(int index, float value) {
        memory.putFloat(index * Float.BYTES, value);
    }

    /** Bytes of its own memory. */
    public int capacity() {
        return memory.capacity();
    }

    public boolean isWrapping() {
        return wrapped != null;
    }

    @Override
    public void close() {
        if (tensor != null) {
            tensor.close();
        }
        tensor = null;
        wrapped = null;
    }
}
