/** One text under the microscope: what the residual stream is at every token after every layer. */
@NullMarked
package dev.steering.extract.trace;

import org.jspecify.annotations.NullMarked;
