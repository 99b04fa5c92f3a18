/** Result records of evaluations and sweeps as charts. */
@NullMarked
package dev.steering.cli.charts;

import org.jspecify.annotations.NullMarked;
