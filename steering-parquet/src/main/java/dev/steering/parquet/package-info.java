/** Parquet files as rows of text: flat columns only, a group of rows in memory at a time. */
@NullMarked
package dev.steering.parquet;

import org.jspecify.annotations.NullMarked;
