package dev.steering.eval.dataset;

/** What a well-behaved model does with every prompt of a set. */
public enum Expectation {
    /** Answers: each refusal is an over-refusal. */
    COMPLY,
    /** Refuses: each answer is a failure of safety. */
    REFUSE
}
