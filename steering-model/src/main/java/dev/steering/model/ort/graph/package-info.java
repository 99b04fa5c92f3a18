/** Graphs that run without cache and steering: vocabulary heads, gradients, the originals of instrumented models, probes. */
@NullMarked
package dev.steering.model.ort.graph;

import org.jspecify.annotations.NullMarked;
