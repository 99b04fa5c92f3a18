/** Writing text token by token: sampling, stopping, streaming, cancelling. */
@NullMarked
package dev.steering.model.decode;

import org.jspecify.annotations.NullMarked;
