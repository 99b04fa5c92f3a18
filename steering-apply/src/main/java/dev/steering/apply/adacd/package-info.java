/** Adaptive contrastive decoding against an extreme safety prompt (arXiv 2604.17132). */
@NullMarked
package dev.steering.apply.adacd;

import org.jspecify.annotations.NullMarked;
