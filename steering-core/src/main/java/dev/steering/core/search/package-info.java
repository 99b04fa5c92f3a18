/** What a search for one direction among token positions and layers found, as vector files remember it. */
@NullMarked
package dev.steering.core.search;

import org.jspecify.annotations.NullMarked;
