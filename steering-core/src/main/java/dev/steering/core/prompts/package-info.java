/** Reads prompts from the files people keep them in, and pairs them into contrast sets. */
@NullMarked
package dev.steering.core.prompts;

import org.jspecify.annotations.NullMarked;
