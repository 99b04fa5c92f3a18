/**
 * Reads prompts from the files people keep them in, knows the layouts in which the field publishes them and which side of safety their
 * rows are on, and pairs them into contrast sets. All commands read through {@link dev.steering.core.prompts.DatasetReader}.
 */
@NullMarked
package dev.steering.core.prompts;

import org.jspecify.annotations.NullMarked;
