/** Finding a decoder in a graph by its data flow: residual-stream points, layers and vocabulary head, whatever their names. */
@NullMarked
package dev.steering.export.instrument.find;

import org.jspecify.annotations.NullMarked;
