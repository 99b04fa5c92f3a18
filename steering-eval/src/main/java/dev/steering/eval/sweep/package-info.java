/** Choosing where and how strongly to steer, and where to draw the line, on prompts that are set aside for it. */
@NullMarked
package dev.steering.eval.sweep;

import org.jspecify.annotations.NullMarked;
