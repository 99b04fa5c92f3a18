/** A method of an application's own, as docs/add-a-method.md describes: steering that fades while the answer is written. */
@NullMarked
package dev.steering.examples.fading;

import org.jspecify.annotations.NullMarked;
