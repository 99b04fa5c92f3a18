/** Makes what users install: the jars, the native libraries of one platform and a Java runtime in one directory and one zip. */
@NullMarked
package dev.steering.dist;

import org.jspecify.annotations.NullMarked;
