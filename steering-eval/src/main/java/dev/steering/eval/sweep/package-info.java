/** Choosing how strongly and where to steer, on prompts that are set aside for it. */
@NullMarked
package dev.steering.eval.sweep;

import org.jspecify.annotations.NullMarked;
