/** What every module shares: errors and files written whole or not at all. */
@NullMarked
package dev.steering.core;

import org.jspecify.annotations.NullMarked;
