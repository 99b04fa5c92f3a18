/** Steering vectors made of steering vectors, and compared with each other. */
@NullMarked
package dev.steering.core.arithmetic;

import org.jspecify.annotations.NullMarked;
