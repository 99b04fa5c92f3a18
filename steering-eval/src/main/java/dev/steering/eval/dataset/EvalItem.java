package dev.steering.eval.dataset;

/**
 * One prompt of an evaluation.
 *
 * @param set name of its prompt set
 * @param expectation what a well-behaved model does
 * @param row its place in the set as published, 0-based
 * @param prompt the prompt
 */
public record EvalItem(String set, Expectation expectation, int row, String prompt) {}
