/** What charts need and nobody else. */
@NullMarked
package dev.steering.viz.internal;

import org.jspecify.annotations.NullMarked;
