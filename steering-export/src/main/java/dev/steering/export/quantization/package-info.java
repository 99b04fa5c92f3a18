/** Weights as small integers in blocks that share a scale. */
@NullMarked
package dev.steering.export.quantization;

import org.jspecify.annotations.NullMarked;
