package dev.steering.spark;

import dev.steering.core.vector.SteeringVector;
import java.util.List;

/**
 * A vector that a cluster has extracted.
 *
 * @param vector the vector, not yet anchored; its provenance names the job
 * @param harmful how many harmful prompts were read
 * @param harmless how many harmless ones
 * @param leftOut how many rows could not be used
 * @param examples some of those, at most 20
 * @param listed whether the vector lists a hash of every prompt, by which leaks into an evaluation are found; false where there were too many
 */
public record SparkExtraction(
        SteeringVector vector, long harmful, long harmless, long leftOut, List<LeftOut> examples, boolean listed) {
    public SparkExtraction {
        examples = List.copyOf(examples);
    }
}
