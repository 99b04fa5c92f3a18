/** AlphaSteer (arXiv 2506.07022): prompts are moved along a direction by how much of them is read as harmful. */
@NullMarked
package dev.steering.apply.alphasteer;

import org.jspecify.annotations.NullMarked;
