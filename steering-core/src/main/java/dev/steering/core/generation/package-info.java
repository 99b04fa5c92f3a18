/** Writing text token by token: sampling, stopping, streaming, cancelling. */
@NullMarked
package dev.steering.core.generation;

import org.jspecify.annotations.NullMarked;
