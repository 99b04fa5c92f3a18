/** Deciding whether a response refuses: published string lists, reproduced verdict for verdict. */
@NullMarked
package dev.steering.eval.judge;

import org.jspecify.annotations.NullMarked;
