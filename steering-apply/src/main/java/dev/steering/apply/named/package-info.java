/** Steering that requests choose by names, for programs whose callers have no vectors of their own, such as adapters and services. */
@NullMarked
package dev.steering.apply.named;

import org.jspecify.annotations.NullMarked;
