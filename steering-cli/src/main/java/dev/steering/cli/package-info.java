/** The steer command: parse, call, print. The only package tree that knows picocli. */
@NullMarked
package dev.steering.cli;

import org.jspecify.annotations.NullMarked;
