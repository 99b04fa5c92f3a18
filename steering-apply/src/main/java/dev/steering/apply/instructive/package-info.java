/** Instructive decoding (arXiv 2311.00233), the baselines of adversarial contrastive decoding. */
@NullMarked
package dev.steering.apply.instructive;

import org.jspecify.annotations.NullMarked;
