package dev.steering.viz.page;

import dev.steering.core.vector.SteeringVector;

/**
 * A vector that a report shows. Immutable.
 *
 * @param name what to call it, such as its file
 * @param vector the vector
 */
public record ReportedVector(String name, SteeringVector vector) {}
