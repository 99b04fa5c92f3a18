/**
 * Steering vectors as other tools write them: one {@link dev.steering.core.vector.format.VectorFormat} each, read by content and
 * written as those tools read them. {@link dev.steering.core.vector.format.VectorFiles} is where a file is opened whatever it is,
 * {@link dev.steering.core.vector.format.VectorExport} where one is written. Values only: nothing here runs a model or anybody's code.
 */
@NullMarked
package dev.steering.core.vector.format;

import org.jspecify.annotations.NullMarked;
