/** Where results may be written: never over what would be missed. */
@NullMarked
package dev.steering.core.files;

import org.jspecify.annotations.NullMarked;
