/** Sessions, tensors and the layout of one pass: what the rooms beside this one share. Not an API. */
@NullMarked
package dev.steering.model.ort.internal;

import org.jspecify.annotations.NullMarked;
