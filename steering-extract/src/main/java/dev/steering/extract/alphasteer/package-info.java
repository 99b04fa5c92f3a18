/** AlphaSteer's read vectors: what tells harmful prompts from the space that benign ones live in (arXiv 2506.07022). */
@NullMarked
package dev.steering.extract.alphasteer;

import org.jspecify.annotations.NullMarked;
