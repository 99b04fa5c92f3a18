/** Soft prompts in a model: rows of the residual stream in the place of tokens. */
@NullMarked
package dev.steering.model.softprompt;

import org.jspecify.annotations.NullMarked;
