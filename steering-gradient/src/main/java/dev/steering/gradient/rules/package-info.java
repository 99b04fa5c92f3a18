/** Reverse-mode differentiation of a tape: one rule per operator. */
@NullMarked
package dev.steering.gradient.rules;

import org.jspecify.annotations.NullMarked;
