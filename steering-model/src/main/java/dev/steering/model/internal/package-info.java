/** What several packages of this module share. Not an API. */
@NullMarked
package dev.steering.model.internal;

import org.jspecify.annotations.NullMarked;
