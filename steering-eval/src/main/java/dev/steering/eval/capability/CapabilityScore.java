package dev.steering.eval.capability;

/**
 * How well a method does in a task.
 *
 * @param task the task's name
 * @param metric what is counted: {@code accuracy}, {@code mc1}, {@code mc2} or {@code exact_match}
 * @param value mean over the questions, 0..1
 * @param n questions
 */
public record CapabilityScore(String task, String metric, double value, int n) {}
