/** HTTP as the server's endpoints see it; the only room that knows Jetty. */
@NullMarked
package dev.steering.server.http;

import org.jspecify.annotations.NullMarked;
