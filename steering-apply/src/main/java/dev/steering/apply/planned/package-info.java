/**
 * Steering plans on a model: what they add and project out at every point and position, and the gates that decide about a prompt. Methods
 * that steer with a vector are plans.
 */
@NullMarked
package dev.steering.apply.planned;

import org.jspecify.annotations.NullMarked;
