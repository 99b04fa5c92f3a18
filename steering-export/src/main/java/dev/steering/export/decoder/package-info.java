/** Decoder architectures as ONNX graphs that follow the bundle's graph contract. */
@NullMarked
package dev.steering.export.decoder;

import org.jspecify.annotations.NullMarked;
