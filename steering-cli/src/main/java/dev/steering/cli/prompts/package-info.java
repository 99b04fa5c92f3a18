/**
 * Prompts between their files and the model: read, checked for repetitions, lengths and control tokens, with a line for whatever is
 * found.
 */
@NullMarked
package dev.steering.cli.prompts;

import org.jspecify.annotations.NullMarked;
