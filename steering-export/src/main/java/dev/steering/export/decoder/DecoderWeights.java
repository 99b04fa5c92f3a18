package dev.steering.export.decoder;

import dev.steering.core.safetensors.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /**
     * Matrices of the same input as one, the rows of the first above those of the second: one product instead of several.
     *
     * @param names names of the matrices of linear layers
     * @param out rows of each
     * @param in columns of all
     * @return where they are; nothing unless they lie one behind the other and are stored alike
     * @throws dev.steering.core.SteeringException as for {@link #locate}
     */
    default Optional<Matrix> stacked(List<String> names, List<Long> out, long in) {
        Matrix all = matrix(names.get(0), out.get(0), in);
        for (int i = 1; i < names.size() && all != null; i++) {
            all = behind(all, matrix(names.get(i), out.get(i), in));
        }
        return Optional.ofNullable(all);
    }

    private static @Nullable Matrix behind(Matrix first, Matrix second) {
        if (first instanceof Plain above && second instanceof Plain below) {
            Location both = behind(above.location(), below.location());
            return both == null ? null : new Plain(both);
        }
        return first instanceof Quantized above && second instanceof Quantized below ? behind(above, below) : null;
    }

    private static @Nullable Matrix behind(Quantized first, Quantized second) {
        boolean ordered = first.order() != null || second.order() != null;
        if (ordered || !first.format().equals(second.format())) {
            return null;
        }
        Location packed = behind(first.packed(), second.packed());
        Location scales = behind(first.scales(), second.scales());
        Location above = first.zeroPoints();
        Location below = second.zeroPoints();
        Location zeroPoints = above == null || below == null ? null : behind(above, below);
        boolean lost = zeroPoints == null && (above != null || below != null);
        return packed == null || scales == null || lost
                ? null
                : new Quantized(packed, scales, zeroPoints, null, first.format());
    }

    private static @Nullable Location behind(Location first, Location second) {
        int rank = first.shape().size();
        boolean fits = first.file().equals(second.file())
                && first.type() == second.type()
                && first.offset() + first.bytes() == second.offset()
                && rank == second.shape().size()
                && first.shape().subList(1, rank).equals(second.shape().subList(1, rank));
        if (!fits) {
            return null;
        }
        List<Long> shape = new ArrayList<>(first.shape());
        shape.set(0, first.shape().get(0) + second.shape().get(0));
        return new Location(first.file(), first.type(), shape, first.offset(), first.bytes() + second.bytes());
    }
}
