package dev.steering.core.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keys and values of every layer for a fixed number of rows, updated in place by forward passes:
 * {@code [rows, kvHeads, capacity, headDim]} each.
 *
 * <p>The same native memory is given to the graph as past and as present, so a step copies nothing. A row that is rewound
 * keeps what it had before the new length; what lies behind is overwritten. A cache that was written under steering is not
 * the unsteered cache. Not thread-safe; closing frees the memory.
 */
public final class KeyValueCache implements AutoCloseable {
    private final int capacity;
    private final int[] lengths;
    private final Map<String, OnnxTensor> past;
    private final Map<String, OnnxTensor> present;
    private boolean closed;

    private KeyValueCache(int rows, int capacity, Map<String, OnnxTensor> past, Map<String, OnnxTensor> present) {
        this.capacity = capacity;
        this.lengths = new int[rows];
        this.past = past;
        this.present = present;
    }

    static KeyValueCache allocate(OrtEnvironment environment, BundleManifest model, int rows, int capacity)
            throws OrtException {
        Map<String, OnnxTensor> past = new LinkedHashMap<>();
        Map<String, OnnxTensor> present = new LinkedHashMap<>();
        for (CacheEntry entry : model.signature().cache().entries()) {
            long[] shape = entry.sizes(rows, capacity);
            long bytes = entry.type().bytes();
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
            if (bytes > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("a cache of " + rows + " rows and " + capacity + " positions needs "
                        + bytes + " bytes per layer; use fewer rows at once");
            }
            ByteBuffer memory = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
            OnnxTensor tensor = Tensors.of(environment, entry.type(), memory, shape);
            past.put(entry.past(), tensor);
            present.put(entry.present(), tensor);
        }
        return new KeyValueCache(rows, capacity, past, present);
    }

    /** @return number of rows */
    public int rows() {
        return lengths.length;
    }

    /** @return positions that a row can hold */
    public int capacity() {
        return capacity;
    }

    /**
     * @param row a row
     * @return positions that it holds
     */
    public int length(int row) {
        return lengths[row];
    }

    /**
     * Forgets everything from a position on.
     *
     * @param row a row
     * @param length new length, 0 to the present one
     */
    public void rewind(int row, int length) {
        if (length < 0 || length > lengths[row]) {
            throw new IllegalArgumentException("cannot rewind row " + row + " from " + lengths[row] + " to " + length);
        }
        lengths[row] = length;
    }

    void advance(int row, int tokens) {
        lengths[row] += tokens;
    }

    boolean isEmpty() {
        for (int length : lengths) {
            if (length != 0) {
                return false;
            }
        }
        return true;
    }

    Map<String, OnnxTensor> past() {
        if (closed) {
            throw new IllegalStateException("the cache is closed");
        }
        return past;
    }

    Map<String, OnnxTensor> present() {
        return present;
    }

    @Override
    public void close() {
        closed = true;
        List<OnnxTensor> tensors = new ArrayList<>(past.values());
        tensors.forEach(OnnxTensor::close);
        past.clear();
        present.clear();
    }
}
