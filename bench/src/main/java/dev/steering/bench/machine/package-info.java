/** What the machine can do: arithmetic, reading, and how much memory this process takes. */
@NullMarked
package dev.steering.bench.machine;

import org.jspecify.annotations.NullMarked;
