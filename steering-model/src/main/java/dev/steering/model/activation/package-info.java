/**
 * Activations of many prompts in batches, and SCANS's classifier on them: how the residual stream moves when a compliant word
 * is put into the model's mouth.
 */
@NullMarked
package dev.steering.model.activation;

import org.jspecify.annotations.NullMarked;
