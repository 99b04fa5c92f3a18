/** Who may ask the server, and how often. */
@NullMarked
package dev.steering.server.access;

import org.jspecify.annotations.NullMarked;
