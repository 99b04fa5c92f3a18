/** What is timed: prefill, extraction and decoding, unsteered, captured and steered. */
@NullMarked
package dev.steering.bench.workload;

import org.jspecify.annotations.NullMarked;
