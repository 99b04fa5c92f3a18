/** What {@code steer bench} prints. */
@NullMarked
package dev.steering.cli.bench;

import org.jspecify.annotations.NullMarked;
