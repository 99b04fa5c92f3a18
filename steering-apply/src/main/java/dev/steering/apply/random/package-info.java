/** Steering along a random direction, as a control for what any perturbation of that size does. */
@NullMarked
package dev.steering.apply.random;

import org.jspecify.annotations.NullMarked;
