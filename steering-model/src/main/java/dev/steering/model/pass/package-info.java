/** What goes into a forward pass: tokens, what is captured, and how the residual stream is moved. Values only. */
@NullMarked
package dev.steering.model.pass;

import org.jspecify.annotations.NullMarked;
