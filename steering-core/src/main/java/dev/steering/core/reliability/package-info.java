/** How sure one can be of a layer's direction: values and their JSON; knows nothing of vectors themselves. */
@NullMarked
package dev.steering.core.reliability;

import org.jspecify.annotations.NullMarked;
