/** Doors to readers that only their own package knows. */
@NullMarked
package dev.steering.export.instrument;

import org.jspecify.annotations.NullMarked;
