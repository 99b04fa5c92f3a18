/** What the tests of several packages share: the demo model with its golden values, reference checkpoints, made-up vectors. */
@NullMarked
package dev.steering.apply.testing;

import org.jspecify.annotations.NullMarked;
