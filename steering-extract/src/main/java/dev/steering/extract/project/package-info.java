/** Reads directions through the model's vocabulary head: which tokens does a layer's direction speak for? */
@NullMarked
package dev.steering.extract.project;

import org.jspecify.annotations.NullMarked;
