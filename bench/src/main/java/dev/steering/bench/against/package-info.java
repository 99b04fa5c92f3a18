/** A model against any command that says how many tokens per second it wrote or read, by turns. */
@NullMarked
package dev.steering.bench.against;

import org.jspecify.annotations.NullMarked;
