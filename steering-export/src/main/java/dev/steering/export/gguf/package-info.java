/**
 * Models in llama.cpp's GGUF files, read as the checkpoints that they were made of: config, names and order of weights, tokenizer.
 * Stands on {@code checkpoint} and {@code stored}; the exporter takes what {@code GgufModel} opens.
 */
@org.jspecify.annotations.NullMarked
package dev.steering.export.gguf;
