/** What steering does to the model's language where nothing should change: perplexity of text, divergence from the unsteered model. */
@NullMarked
package dev.steering.eval.utility;

import org.jspecify.annotations.NullMarked;
