/** What a steering vector was measured to do on one model at one setting: the certificate that its file may carry. */
@NullMarked
package dev.steering.core.certificate;

import org.jspecify.annotations.NullMarked;
