/** Minimising a loss by its gradient: the optimiser, gradient clipping and early stopping that all tuning shares. */
@NullMarked
package dev.steering.extract.optimize;

import org.jspecify.annotations.NullMarked;
