/** One small main per user question, on the library API alone; the README shows them. */
@NullMarked
package dev.steering.examples;

import org.jspecify.annotations.NullMarked;
