/** Finds directions: from a model and a contrast set to a steering vector. */
@NullMarked
package dev.steering.extract;

import org.jspecify.annotations.NullMarked;
