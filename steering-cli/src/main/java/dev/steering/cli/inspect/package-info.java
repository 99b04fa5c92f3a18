/** What {@code steer inspect} prints: facts as aligned lines for people and as one JSON document for programs. */
@NullMarked
package dev.steering.cli.inspect;

import org.jspecify.annotations.NullMarked;
