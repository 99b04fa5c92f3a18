/** Measures of separation that calibration and evaluation share. */
@NullMarked
package dev.steering.core.metrics;

import org.jspecify.annotations.NullMarked;
