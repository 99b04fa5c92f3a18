/** Making an ONNX decoder that somebody else exported readable and steerable: finding its residual stream in the data flow and adding the graph contract to it. */
@NullMarked
package dev.steering.export.instrument;

import org.jspecify.annotations.NullMarked;
