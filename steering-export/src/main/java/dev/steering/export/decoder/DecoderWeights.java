package dev.steering.export.decoder;

import dev.steering.export.graph.ElementType;
import java.util.List;

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
    record Location(String file, ElementType type, List<Long> shape, long offset, long bytes) {}

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
}
