/** How sure one can be of a layer's direction: resampling, halving, exchanging labels. Knows nothing of models. */
@NullMarked
package dev.steering.extract.reliability;

import org.jspecify.annotations.NullMarked;
