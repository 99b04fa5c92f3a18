/** Running several methods on several prompt sets: resumable, and the same bytes whatever happened on the way. */
@NullMarked
package dev.steering.eval.run;

import org.jspecify.annotations.NullMarked;
