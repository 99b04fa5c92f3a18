/**
 * Every reader of files against files that nobody meant to write: {@link dev.steering.fuzz.Reader} lists them,
 * {@link dev.steering.fuzz.StrangersFile} is what is asked of each.
 */
@NullMarked
package dev.steering.fuzz;

import org.jspecify.annotations.NullMarked;
