/** The model as it is, to compare with. */
@NullMarked
package dev.steering.apply.unsteered;

import org.jspecify.annotations.NullMarked;
