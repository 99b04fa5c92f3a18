/** Answering prompts with a steered model: constant steering, projection, and SCANS with a sign chosen per prompt. */
@NullMarked
package dev.steering.apply;

import org.jspecify.annotations.NullMarked;
