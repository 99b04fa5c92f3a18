/** Anchors a steering vector: which layers carry the safety direction, and where SCANS's classifier draws its line. */
@NullMarked
package dev.steering.extract.anchor;

import org.jspecify.annotations.NullMarked;
