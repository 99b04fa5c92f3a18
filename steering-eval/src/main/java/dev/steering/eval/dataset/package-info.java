/** Which prompts of which sets take part in an evaluation. The sets are read by {@link dev.steering.core.prompts.Dataset}. */
@NullMarked
package dev.steering.eval.dataset;

import org.jspecify.annotations.NullMarked;
