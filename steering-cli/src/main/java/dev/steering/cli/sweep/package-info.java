/** A sweep from its development prompts to the vector file that holds the operating point, with the test figures. */
@NullMarked
package dev.steering.cli.sweep;

import org.jspecify.annotations.NullMarked;
