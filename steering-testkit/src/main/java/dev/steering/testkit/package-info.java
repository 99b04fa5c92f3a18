/** What the tests of several modules share: small checkpoints with other implementations' values. For tests only. */
@NullMarked
package dev.steering.testkit;

import org.jspecify.annotations.NullMarked;
