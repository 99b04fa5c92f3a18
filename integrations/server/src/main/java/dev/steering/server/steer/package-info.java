/** What a request says about steering, and the steering that it means. */
@NullMarked
package dev.steering.server.steer;

import org.jspecify.annotations.NullMarked;
