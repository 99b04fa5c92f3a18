/** Proof that a bundle computes what its checkpoint does: a comparison with values that another implementation made. */
@NullMarked
package dev.steering.export.check;

import org.jspecify.annotations.NullMarked;
