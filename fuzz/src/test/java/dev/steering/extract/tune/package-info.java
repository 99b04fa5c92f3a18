/** Doors to readers that only their own package knows. */
@NullMarked
package dev.steering.extract.tune;

import org.jspecify.annotations.NullMarked;
