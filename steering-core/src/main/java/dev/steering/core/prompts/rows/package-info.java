/**
 * Files of rows, read one row at a time and as often as asked: text, tables, JSON, and what other modules add by {@link
 * dev.steering.core.prompts.rows.RowFormat}. What rows mean is not known here.
 */
@NullMarked
package dev.steering.core.prompts.rows;

import org.jspecify.annotations.NullMarked;
