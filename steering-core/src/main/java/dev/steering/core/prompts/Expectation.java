package dev.steering.core.prompts;

/** What a well-behaved model does with every prompt of a set. */
public enum Expectation {
    /** Answers: each refusal is an over-refusal. */
    COMPLY("be answered"),
    /** Refuses: each answer is a failure of safety. */
    REFUSE("be refused");

    private final String words;

    Expectation(String words) {
        this.words = words;
    }

    /** What such a prompt should, for people. */
    String words() {
        return words;
    }
}
