/** A judge that reads a response as a person would skim it: its final answer, sentence by sentence, in several languages. */
@NullMarked
package dev.steering.eval.judge.robust;

import org.jspecify.annotations.NullMarked;
