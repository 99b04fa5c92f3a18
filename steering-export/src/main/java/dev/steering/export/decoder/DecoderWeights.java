package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a decoder's weights are: by their names in the checkpoint. */
public interface DecoderWeights {
    /**
     * One tensor inside a file of the bundle.
     *
     * @param file path relative to the bundle
     * @param type element type as stored
     * @param shape sizes
     * @param offset first byte in the file
     * @param bytes number of bytes
     */
    record Location(String file, DType type, List<Long> shape, long offset, long bytes) {}

    /** The matrix of a linear layer, as stored. */
    sealed interface Matrix permits Plain, Quantized {}

    /**
     * A matrix {@code [out, in]}.
     *
     * @param location where it is
     */
    record Plain(Location location) implements Matrix {}

    /**
     * A matrix in blocks along its rows, for ONNX Runtime's MatMulNBits.
     *
     * @param packed the integers, {@code [out, blocks, blockSize * bits / 8]}
     * @param scales one per block
     * @param zeroPoints one per block; null if they are all half the range
     * @param order which input each column has, {@code I64 [in]}; null for that of its number
     * @param format how
     */
    record Quantized(
            Location packed,
            Location scales,
            @Nullable Location zeroPoints,
            @Nullable Location order,
            QuantizedFormat format)
            implements Matrix {}

    /**
     * How matrices are quantised.
     *
     * @param bits per weight: 4 or 8
     * @param blockSize weights that share a scale: a power of two from 16 on
     * @param accuracyLevel of MatMulNBits: 0 multiplies in single precision, 4 rounds activations to 8 bits first
     */
    record QuantizedFormat(int bits, int blockSize, int accuracyLevel) {}

    /**
     * @param name tensor name
     * @return whether the checkpoint has it
     */
    boolean has(String name);

    /**
     * @param name tensor name
     * @param shape the shape that it must have
     * @return where it is
     * @throws dev.steering.core.SteeringException if it is missing, of another shape or of a type that cannot be read
     */
    Location locate(String name, long... shape);

    /**
     * @param name name of the matrix of a linear layer, which may be stored quantised
     * @param out rows
     * @param in columns
     * @return where it is and how it is stored
     * @throws dev.steering.core.SteeringException as for {@link #locate}
     */
    default Matrix matrix(String name, long out, long in) {
        return new Plain(locate(name, out, in));
    }

    /**
     * @param name name of the vocabulary head, which may be stored quantised beside what {@link #locate} finds
     * @param out rows
     * @param in columns
     * @return where it is and how it is stored
     * @throws dev.steering.core.SteeringException as for {@link #locate}
     */
    default Matrix head(String name, long out, long in) {
        return new Plain(locate(name, out, in));
    }
}
