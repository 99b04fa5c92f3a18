/** One small main per user question, on the library API alone; README and the documents show them. */
@NullMarked
package dev.steering.examples;

import org.jspecify.annotations.NullMarked;
