/** How a direction is computed from the activations of two classes: one interface, an estimator a class. Knows nothing of models. */
@NullMarked
package dev.steering.extract.estimate;

import org.jspecify.annotations.NullMarked;
