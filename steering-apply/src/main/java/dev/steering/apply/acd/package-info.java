/** Adversarial contrastive decoding (arXiv 2406.16743) with tuned soft prompts, and with the prompts that those began as. */
@NullMarked
package dev.steering.apply.acd;

import org.jspecify.annotations.NullMarked;
