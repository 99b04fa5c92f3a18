/** The model bundle: a directory with graphs, weights, tokenizer and the manifest that says how to use them. */
@NullMarked
package dev.steering.core.bundle;

import org.jspecify.annotations.NullMarked;
