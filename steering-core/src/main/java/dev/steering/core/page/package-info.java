/**
 * What the pages of this project share: their styles and scripts, which are the resources of this package, text as HTML, and a
 * document's shell. The report, the trace and the server's page are made of them; each is one file or a few, and loads nothing from
 * elsewhere.
 */
@NullMarked
package dev.steering.core.page;

import org.jspecify.annotations.NullMarked;
