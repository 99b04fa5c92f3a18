/** What every way of making a bundle shares: its directory, its files, its fingerprint. */
@NullMarked
package dev.steering.export.bundle;

import org.jspecify.annotations.NullMarked;
