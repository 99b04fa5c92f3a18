/** Says what a file or a directory is: bundles, checkpoints, ONNX graphs and vectors, in facts that programs can read. */
@NullMarked
package dev.steering.export.inspect;

import org.jspecify.annotations.NullMarked;
