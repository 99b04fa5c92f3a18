/** Doors to readers that only their own package knows. */
@NullMarked
package dev.steering.model.tokenizer;

import org.jspecify.annotations.NullMarked;
