/** The same steering for every prompt: a vector added or subtracted, or the component along it projected out. */
@NullMarked
package dev.steering.apply.constant;

import org.jspecify.annotations.NullMarked;
