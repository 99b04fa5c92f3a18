/** What {@code steer report} makes a page of: files and directories that other commands leave. */
@NullMarked
package dev.steering.cli.report;

import org.jspecify.annotations.NullMarked;
