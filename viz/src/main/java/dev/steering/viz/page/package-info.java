/**
 * Pages that stand alone: one file, no network, no script but their own. The styles and scripts are resources of this package, so that
 * a server's pages can share them.
 */
@NullMarked
package dev.steering.viz.page;

import org.jspecify.annotations.NullMarked;
