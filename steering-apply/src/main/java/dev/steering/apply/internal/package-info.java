/** The scheduler behind {@link dev.steering.apply.SteeredModel}. Not an API. */
@NullMarked
package dev.steering.apply.internal;

import org.jspecify.annotations.NullMarked;
