package dev.steering.core.safetensors;

import java.util.List;

/**
 * Where a tensor lies in its file and how to read it.
 *
 * @param name the tensor's name
 * @param dtype the element type
 * @param shape the dimensions, row-major; empty for a scalar
 * @param offset position of the first byte, counted from the beginning of the file
 * @param bytes length of the data, {@code dtype.bytes()} times the product of the dimensions
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long offset, long bytes) {
    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /** @return number of elements: the product of the dimensions, 1 for a scalar */
    public long elements() {
        return bytes / dtype.bytes();
    }

    /** @return number of dimensions, 0 for a scalar */
    public int rank() {
        return shape.size();
    }

    /**
     * @param dimension 0-based dimension
     * @return its size
     * @throws IndexOutOfBoundsException if there is no such dimension
     */
    public long size(int dimension) {
        return shape.get(dimension);
    }
}
