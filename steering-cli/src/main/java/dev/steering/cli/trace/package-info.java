/** {@code steer trace}: one prompt under the microscope, without and with steering. */
@NullMarked
package dev.steering.cli.trace;

import org.jspecify.annotations.NullMarked;
