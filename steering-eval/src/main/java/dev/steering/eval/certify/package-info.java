/** Measures what a steering vector does at one setting, for the certificate in its file. */
@NullMarked
package dev.steering.eval.certify;

import org.jspecify.annotations.NullMarked;
