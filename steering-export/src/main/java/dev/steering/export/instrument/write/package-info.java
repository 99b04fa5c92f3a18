/** Writing the graph contract into a decoder, and its vocabulary head into a graph of its own. */
@NullMarked
package dev.steering.export.instrument.write;

import org.jspecify.annotations.NullMarked;
