/**
 * Jailbreak prompts: harmful questions inside frames that hide or excuse them. The frames that come with this package are of our own making
 * and say nothing about any subject; attacks of others are read from their files.
 */
@NullMarked
package dev.steering.eval.jailbreak;

import org.jspecify.annotations.NullMarked;
