/**
 * Pages that stand alone: one file, no network, no script but their own. Styles and scripts are in {@code dev.steering.core.page}, where the
 * server's page has them from, too.
 */
@NullMarked
package dev.steering.viz.page;

import org.jspecify.annotations.NullMarked;
