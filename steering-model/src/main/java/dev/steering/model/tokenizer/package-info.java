/** Text to token ids and back, with the model's own tokenizer. */
@NullMarked
package dev.steering.model.tokenizer;

import org.jspecify.annotations.NullMarked;
