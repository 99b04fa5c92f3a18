/** Steering that is always the same, written into a model's graph or weights: what comes out needs no code of ours. */
@NullMarked
package dev.steering.export.bake;

import org.jspecify.annotations.NullMarked;
