/** What is known of a steering vector that another tool wrote. */
@NullMarked
package dev.steering.core.origin;

import org.jspecify.annotations.NullMarked;
