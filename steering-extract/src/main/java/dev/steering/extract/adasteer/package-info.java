/** Positions between two classes, which AdaSteer's strengths depend on (arXiv 2504.09466). */
@NullMarked
package dev.steering.extract.adasteer;

import org.jspecify.annotations.NullMarked;
