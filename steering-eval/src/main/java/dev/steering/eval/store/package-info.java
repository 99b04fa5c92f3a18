/** What a long run leaves on the disk as it goes, so that a killed one goes on where it was. */
@NullMarked
package dev.steering.eval.store;

import org.jspecify.annotations.NullMarked;
