/** JSON descriptions inside our files: written the same way every time, and read with complaints that name the place. */
@NullMarked
package dev.steering.core.json;

import org.jspecify.annotations.NullMarked;
