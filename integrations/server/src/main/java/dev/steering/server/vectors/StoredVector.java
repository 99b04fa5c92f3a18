package dev.steering.server.vectors;

import dev.steering.core.vector.SteeringVector;
import java.util.List;

/**
 * A vector under its name. Immutable.
 *
 * @param name as requests call it
 * @param vector the vector
 * @param kept whether it came with the server and cannot be changed
 * @param version grows with every change of the store; two of one name that differ have different ones
 * @param remarks what was noticed of its file
 */
public record StoredVector(String name, SteeringVector vector, boolean kept, long version, List<String> remarks) {
    /** Copies the list. */
    public StoredVector {
        remarks = List.copyOf(remarks);
    }
}
