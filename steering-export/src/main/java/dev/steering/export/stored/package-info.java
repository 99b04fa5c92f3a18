/** Weights that a checkpoint stores quantised: their formats, and how they become what a bundle has. */
@org.jspecify.annotations.NullMarked
package dev.steering.export.stored;
