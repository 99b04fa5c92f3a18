/** A graph written down operator by operator, with the shapes of its values: what can be differentiated backwards. */
@NullMarked
package dev.steering.gradient.tape;

import org.jspecify.annotations.NullMarked;
