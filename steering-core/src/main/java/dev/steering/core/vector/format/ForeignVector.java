package dev.steering.core.vector.format;

import dev.steering.core.BadRequest;
import dev.steering.core.Remedy;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.vector.Provenance;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorScale;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file of another tool holds. Immutable and thread-safe.
 *
 * @param rows its directions
 * @param origin where they come from and how they are applied there
 * @param declared number of layers that the file says; 0 where it says none
 * @param modelName what the file says of the model; {@code unknown} where it says nothing
 * @param method how the directions were made, or else the tool
 * @param remarks what a user should know of it, a sentence each
 * @param whole the vector itself, where the file describes all of it; null otherwise
 */
public record ForeignVector(
        LayerRows rows,
        VectorOrigin origin,
        int declared,
        String modelName,
        String method,
        List<String> remarks,
        @Nullable SteeringVector whole) {
    /** What stands for a name that a file does not have. */
    public static final String UNKNOWN = "unknown";

    /** Rows that a file does not have are made only as far as that costs little. */
    private static final long MOST_VALUES = 1 << 20;

    public ForeignVector {
        remarks = List.copyOf(remarks);
    }

    /**
     * @param layers number of layers of the model; 0 where it is not known: then the last layer that has a direction is taken for
     *     the last one
     * @return the vector, whose strengths multiply its rows as they are
     * @throws BadRequest if the file names layers so far apart that nobody can tell what it means without the model
     */
    public SteeringVector vector(int layers) {
        if (whole != null) {
            return whole;
        }
        int own = rows.last() + 1;
        int made = declared > 0 ? declared : origin.open() ? Math.max(own, layers) : own;
        long values = (long) made * rows.hidden();
        if (made > layers && values > MOST_VALUES && values > 8L * rows.layers().size() * rows.hidden()) {
            throw new BadRequest("the file has directions for " + rows.layers().size() + " layers only, of hidden size "
                            + rows.hidden() + ", and the last is layer " + rows.last()
                            + ": of which model it is has to be said.")
                    .withRemedy(Remedy.CONVERT_VECTOR);
        }
        return SteeringVector.of(rows.matrix(made), Provenance.elsewhere(modelName, method))
                .withScale(VectorScale.RAW)
                .withOrigin(origin);
    }
}
