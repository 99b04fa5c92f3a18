/** SCANS (arXiv 2408.11491): steering whose sign is chosen for every prompt, its settings and published constants. */
@NullMarked
package dev.steering.apply.scans;

import org.jspecify.annotations.NullMarked;
