/** What a method is, for programs: its settings as one line of JSON, by which runs tell whether they go on with the same. */
@NullMarked
package dev.steering.apply.json;

import org.jspecify.annotations.NullMarked;
