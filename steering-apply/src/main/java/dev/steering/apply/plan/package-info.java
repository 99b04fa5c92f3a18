/** What a steering does, as data: immutable plans that describe any of it, in words and as JSON. Runs no model. */
@NullMarked
package dev.steering.apply.plan;

import org.jspecify.annotations.NullMarked;
