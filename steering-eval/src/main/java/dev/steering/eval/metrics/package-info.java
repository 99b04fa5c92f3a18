/** Refusal rates with intervals, paired comparison of methods, and how well a score separates two groups. */
@NullMarked
package dev.steering.eval.metrics;

import org.jspecify.annotations.NullMarked;
