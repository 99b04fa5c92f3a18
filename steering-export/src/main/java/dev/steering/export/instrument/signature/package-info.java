/** How a foreign graph wants to be fed: the roles of its inputs, its cache, and what a user says where the rules fail. */
@NullMarked
package dev.steering.export.instrument.signature;

import org.jspecify.annotations.NullMarked;
