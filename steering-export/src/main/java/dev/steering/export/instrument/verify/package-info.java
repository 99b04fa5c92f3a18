/** Showing by running that an instrumented graph is right: against the original, and with rows of different lengths. */
@NullMarked
package dev.steering.export.instrument.verify;

import org.jspecify.annotations.NullMarked;
