/** What is kept of a tuning by gradient: how its losses went, and what it took. */
@NullMarked
package dev.steering.core.tuning;

import org.jspecify.annotations.NullMarked;
