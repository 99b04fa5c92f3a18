/** The linear algebra of extraction, and the only room where ND4J lives. Arrays go in and come out. */
@NullMarked
package dev.steering.extract.linalg;

import org.jspecify.annotations.NullMarked;
