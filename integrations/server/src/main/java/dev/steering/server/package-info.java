/** The server: models, what is asked of them over HTTP, and how it is answered. */
@NullMarked
package dev.steering.server;

import org.jspecify.annotations.NullMarked;
