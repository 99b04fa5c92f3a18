/** Runs as they are on the disk: what other programs and later commands read of them. */
@NullMarked
package dev.steering.eval.saved;

import org.jspecify.annotations.NullMarked;
