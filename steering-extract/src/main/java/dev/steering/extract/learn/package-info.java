/** Directions that are learned by gradient instead of averaged: one vector a layer that makes refusals likely when added. */
@NullMarked
package dev.steering.extract.learn;

import org.jspecify.annotations.NullMarked;
