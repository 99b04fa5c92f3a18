package dev.steering.eval.compare;

import dev.steering.core.vector.SteeringVector;
import org.jspecify.annotations.Nullable;

/**
 * Where the vector of a method comes from that does not name one itself.
 *
 * @param vector the vector
 * @param file its file, for readers
 * @param command makes that file; null if it was given, and not extracted for the comparison
 * @param redrawn whether there are vectors of other anchors like it ({@link AnchorDraws})
 */
public record VectorSource(SteeringVector vector, String file, @Nullable String command, boolean redrawn) {}
