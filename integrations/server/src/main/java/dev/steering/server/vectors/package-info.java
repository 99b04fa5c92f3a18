/** The vectors that requests name. */
@NullMarked
package dev.steering.server.vectors;

import org.jspecify.annotations.NullMarked;
