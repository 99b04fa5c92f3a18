/** The whole path on the embedded demo model: export, extract, anchor, chart, steer, and the table of both sides of safety. */
@NullMarked
package dev.steering.cli.demo;

import org.jspecify.annotations.NullMarked;
