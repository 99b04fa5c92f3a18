/** Evaluations and sweeps from prompts to tables and charts: what {@code steer eval} and {@code steer sweep} run. */
@NullMarked
package dev.steering.cli.evaluation;

import org.jspecify.annotations.NullMarked;
