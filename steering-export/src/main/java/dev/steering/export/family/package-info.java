/** What {@code config.json} of each supported model family means: one reader per family, all giving a DecoderSpec. */
@NullMarked
package dev.steering.export.family;

import org.jspecify.annotations.NullMarked;
