/** A language model behind an OpenAI-compatible HTTP interface as the judge of responses. */
@NullMarked
package dev.steering.eval.judge.http;

import org.jspecify.annotations.NullMarked;
