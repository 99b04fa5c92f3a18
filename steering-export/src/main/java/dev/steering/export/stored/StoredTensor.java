package dev.steering.export.stored;

import dev.steering.core.safetensors.DType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;

/** A tensor of the model that a checkpoint keeps in several others. Immutable; reads its file when it is asked to. */
public interface StoredTensor {
    /** @return the type that holds its values exactly */
    DType type();

    /** @return sizes, as the model's mathematics has them */
    List<Long> shape();

    /** @return names of the tensors that it is made of; the first decides about the file */
    List<String> parts();

    /**
     * Writes the values that the integers or narrow floats stand for, in {@link #type}, row-major, a few megabytes at a time.
     *
     * @param out where to, at its position
     * @throws IOException if it cannot be read or written
     */
    void widen(FileChannel out) throws IOException;
}
