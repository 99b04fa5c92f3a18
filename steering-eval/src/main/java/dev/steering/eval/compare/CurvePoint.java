package dev.steering.eval.compare;

import org.jspecify.annotations.Nullable;

/**
 * One strength of a method on the development prompts.
 *
 * @param strength the strength; null for a method without one, or with none but its own
 * @param figures what came of it
 */
public record CurvePoint(@Nullable Double strength, SplitFigures figures) {}
