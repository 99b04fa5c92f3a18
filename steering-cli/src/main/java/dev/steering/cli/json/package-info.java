/** Results for programs: the shapes of {@code --json}, which docs/json.md describes key by key. */
@NullMarked
package dev.steering.cli.json;

import org.jspecify.annotations.NullMarked;
