/** Tuning the two soft prompts of Adversarial Contrastive Decoding with the model frozen. */
@NullMarked
package dev.steering.extract.acd;

import org.jspecify.annotations.NullMarked;
