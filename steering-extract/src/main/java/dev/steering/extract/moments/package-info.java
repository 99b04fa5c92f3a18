/** What extraction keeps of activations: exact, mergeable, of bounded size. Knows nothing of models. */
@NullMarked
package dev.steering.extract.moments;

import org.jspecify.annotations.NullMarked;
