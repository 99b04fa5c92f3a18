package dev.steering.eval.dataset;

import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.Prompt;

/**
 * One prompt of an evaluation.
 *
 * @param set name of its prompt set
 * @param expectation what a well-behaved model does
 * @param row its place in the set as published, 0-based
 * @param asked the prompt, with where it was found
 */
public record EvalItem(String set, Expectation expectation, int row, Prompt asked) {
    /**
     * @param set name of its prompt set
     * @param expectation what a well-behaved model does
     * @param row its place in the set as published, 0-based
     * @param prompt a single question
     */
    public EvalItem(String set, Expectation expectation, int row, String prompt) {
        this(set, expectation, row, new Prompt(prompt, "prompt " + (row + 1) + " of '" + set + "'"));
    }

    /** @return the prompt's text, by which answers are told apart; of a conversation its messages as JSON */
    public String prompt() {
        return asked.text();
    }
}
