/** Proof that gradients are right: compares them with another implementation's. */
@NullMarked
package dev.steering.gradient.check;

import org.jspecify.annotations.NullMarked;
