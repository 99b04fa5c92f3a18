/** How fast a model runs, as a share of what the machine can do: what is run, in which order, and what is reported. */
@NullMarked
package dev.steering.bench;

import org.jspecify.annotations.NullMarked;
