/** AdaSteer (arXiv 2504.09466): strengths that depend on where a prompt lies between two classes. */
@NullMarked
package dev.steering.apply.adasteer;

import org.jspecify.annotations.NullMarked;
