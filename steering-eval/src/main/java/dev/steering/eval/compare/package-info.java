/**
 * Parts of a comparison of methods: their curves over strength, the setting that each is judged by, and what is made of the answers. They
 * know nothing of how answers come about.
 */
@NullMarked
package dev.steering.eval.compare;

import org.jspecify.annotations.NullMarked;
