/**
 * Extraction, scoring and evaluation on Apache Spark: what one machine does with a file of prompts, many do with a table of them, and the
 * results are the same. One model for each executor; {@code docs/scale.md} says what it costs.
 */
@NullMarked
package dev.steering.spark;

import org.jspecify.annotations.NullMarked;
