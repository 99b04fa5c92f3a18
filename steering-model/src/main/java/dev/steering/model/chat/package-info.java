/** A model that can be talked to: graph, tokenizer and chat template together. */
@NullMarked
package dev.steering.model.chat;

import org.jspecify.annotations.NullMarked;
