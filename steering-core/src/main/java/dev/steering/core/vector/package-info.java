/** Steering vectors as values: one direction per layer, what was measured about each layer, and where it all came from. */
@NullMarked
package dev.steering.core.vector;

import org.jspecify.annotations.NullMarked;
