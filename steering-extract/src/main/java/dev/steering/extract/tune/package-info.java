/**
 * Tuning a frozen model's soft prompts or vectors by gradient: anchor pairs, losses, epochs, and runs that go on where they were
 * killed.
 */
@NullMarked
package dev.steering.extract.tune;

import org.jspecify.annotations.NullMarked;
