/** Texts that methods add to a conversation, and the baseline that does nothing else. */
@NullMarked
package dev.steering.apply.prompt;

import org.jspecify.annotations.NullMarked;
