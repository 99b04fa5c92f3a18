/**
 * Whole experiments as library calls: {@link dev.steering.eval.Evaluation} compares methods, {@link dev.steering.eval.Sweep} chooses
 * a setting. What they are made of is in the packages below, and nothing there knows of them.
 */
@NullMarked
package dev.steering.eval;

import org.jspecify.annotations.NullMarked;
