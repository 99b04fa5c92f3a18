/** Running a bundle's graph on ONNX Runtime: forward passes with steering, pooled capture, gathered logits and a cache, fed as the graph's signature says. The only package that knows ONNX Runtime. */
@NullMarked
package dev.steering.model.ort;

import org.jspecify.annotations.NullMarked;
