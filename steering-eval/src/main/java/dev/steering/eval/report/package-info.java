/** Results of several methods side by side, for people and for programs. */
@NullMarked
package dev.steering.eval.report;

import org.jspecify.annotations.NullMarked;
