/** Named sets of prompts, with what a well-behaved model does with them. */
@NullMarked
package dev.steering.eval.dataset;

import org.jspecify.annotations.NullMarked;
