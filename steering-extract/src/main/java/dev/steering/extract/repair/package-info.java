/** What of a steering vector costs safety is found by gradient and taken out, with the least loss of what the vector is for. */
@NullMarked
package dev.steering.extract.repair;

import org.jspecify.annotations.NullMarked;
