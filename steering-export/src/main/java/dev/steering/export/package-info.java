/** Hugging Face checkpoints to steerable ONNX bundles. */
@NullMarked
package dev.steering.export;

import org.jspecify.annotations.NullMarked;
