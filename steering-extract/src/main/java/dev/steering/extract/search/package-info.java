/** One direction searched for among token positions and layers by what ablating it does (arXiv 2406.11717, 2410.03415). */
@NullMarked
package dev.steering.extract.search;

import org.jspecify.annotations.NullMarked;
