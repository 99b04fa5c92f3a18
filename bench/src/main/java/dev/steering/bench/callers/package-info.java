/** What concurrent callers of one steered model get out of it, against one caller. */
@NullMarked
package dev.steering.bench.callers;

import org.jspecify.annotations.NullMarked;
