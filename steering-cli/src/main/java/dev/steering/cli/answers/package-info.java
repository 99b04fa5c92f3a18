/** Answering at the command line: what several commands let people say about methods and show of their answers, and the chat. */
@NullMarked
package dev.steering.cli.answers;

import org.jspecify.annotations.NullMarked;
