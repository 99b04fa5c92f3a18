/** A language model in this process as the judge of responses: guard models in their own formats, and any chat model that is asked. */
@NullMarked
package dev.steering.eval.judge.model;

import org.jspecify.annotations.NullMarked;
