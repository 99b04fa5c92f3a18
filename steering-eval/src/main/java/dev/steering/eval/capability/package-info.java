/** What a model can still do when it is steered: questions with choices, by likelihood, and questions with one answer, by exact match. */
@NullMarked
package dev.steering.eval.capability;

import org.jspecify.annotations.NullMarked;
