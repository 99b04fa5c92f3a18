/** Requests and answers in the shapes of OpenAI's HTTP interface. */
@NullMarked
package dev.steering.server.openai;

import org.jspecify.annotations.NullMarked;
