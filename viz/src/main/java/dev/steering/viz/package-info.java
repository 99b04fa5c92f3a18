/** Layer charts as PNG and SVG, drawn from result records; runs no model. */
@NullMarked
package dev.steering.viz;

import org.jspecify.annotations.NullMarked;
