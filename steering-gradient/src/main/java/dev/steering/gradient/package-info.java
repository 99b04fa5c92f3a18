/** Gradients through a frozen decoder: its graph in differentiable operators, and reverse-mode differentiation of graphs. */
@NullMarked
package dev.steering.gradient;

import org.jspecify.annotations.NullMarked;
