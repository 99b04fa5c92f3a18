/** The control: a direction that means nothing. */
@NullMarked
package dev.steering.apply.random;

import org.jspecify.annotations.NullMarked;
