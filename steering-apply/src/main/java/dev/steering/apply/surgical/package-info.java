/** The over-refused direction with a share of the harmful one taken out: ablated everywhere, or subtracted at some layers. */
@NullMarked
package dev.steering.apply.surgical;

import org.jspecify.annotations.NullMarked;
