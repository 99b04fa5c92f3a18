/** A steered model in Spring AI: {@link dev.steering.springai.SteeringChatModel} over one open {@link dev.steering.apply.SteeredModel}. */
@NullMarked
package dev.steering.springai;

import org.jspecify.annotations.NullMarked;
