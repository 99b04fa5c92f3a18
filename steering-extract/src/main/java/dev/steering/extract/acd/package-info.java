/** Tuning the two soft prompts of Adversarial Contrastive Decoding with the model frozen: anchors, objective, runs, checkpoints. */
@NullMarked
package dev.steering.extract.acd;

import org.jspecify.annotations.NullMarked;
