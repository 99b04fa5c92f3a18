/** Models of published shapes with random weights: as fast as the real ones, without a download. */
@NullMarked
package dev.steering.bench.shape;

import org.jspecify.annotations.NullMarked;
