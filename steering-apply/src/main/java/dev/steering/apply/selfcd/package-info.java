/** Self-contrastive decoding (arXiv 2401.17633). */
@NullMarked
package dev.steering.apply.selfcd;

import org.jspecify.annotations.NullMarked;
