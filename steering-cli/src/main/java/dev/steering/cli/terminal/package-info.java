/** What a person at a terminal sees of long work, and what the process tells its caller. */
@NullMarked
package dev.steering.cli.terminal;

import org.jspecify.annotations.NullMarked;
