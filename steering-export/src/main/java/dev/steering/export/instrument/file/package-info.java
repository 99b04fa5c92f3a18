/** An ONNX file as it lies on disk, its weights checked against what it claims to hold. */
@NullMarked
package dev.steering.export.instrument.file;

import org.jspecify.annotations.NullMarked;
