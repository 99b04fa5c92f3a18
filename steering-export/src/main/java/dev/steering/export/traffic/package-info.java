/** What a forward pass reads of a decoder's weights. */
@NullMarked
package dev.steering.export.traffic;

import org.jspecify.annotations.NullMarked;
