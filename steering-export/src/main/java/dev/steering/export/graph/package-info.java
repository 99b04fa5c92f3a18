/** Writing ONNX graphs: nodes, initializers inside the file, and initializers that point into other files. */
@NullMarked
package dev.steering.export.graph;

import org.jspecify.annotations.NullMarked;
