/** Soft prompts: rows in the space of the embedding table that stand where a system prompt's words would, and running with them. */
@NullMarked
package dev.steering.core.softprompt;

import org.jspecify.annotations.NullMarked;
