/**
 * Making an ONNX decoder that somebody else exported readable and steerable: {@code file} reads it, {@code find} finds its residual
 * stream in the data flow, {@code signature} how it wants to be fed, {@code write} adds the graph contract, {@code verify} runs it.
 */
@NullMarked
package dev.steering.export.instrument;

import org.jspecify.annotations.NullMarked;
