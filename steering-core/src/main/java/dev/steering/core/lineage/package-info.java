/** What a vector was made of, where it was made of other vectors: values and their JSON; knows nothing of vectors themselves. */
@NullMarked
package dev.steering.core.lineage;

import org.jspecify.annotations.NullMarked;
