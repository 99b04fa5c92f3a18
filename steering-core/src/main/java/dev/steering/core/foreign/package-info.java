/** What users bring that is not (yet) a model for this library: recognised in one place, and said what to do with it. */
@NullMarked
package dev.steering.core.foreign;

import org.jspecify.annotations.NullMarked;
