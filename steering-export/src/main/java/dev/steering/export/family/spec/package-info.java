/** What the readers of all families share: keys that they have in common, rotary embeddings, names of tensors. */
@NullMarked
package dev.steering.export.family.spec;

import org.jspecify.annotations.NullMarked;
