package dev.steering.viz.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a method costs beside refusals and the divergence of its language. Null is what was not measured. Immutable.
 *
 * @param perplexity of a text
 * @param alone time per token as a multiple of the unsteered model's, prompts one by one: the median over several rounds
 * @param together the same in a batch
 * @param seconds time that all its answers took, measured in passing
 * @param capability scores in tasks that have nothing to do with refusals
 */
public record MeasuredCost(
        @Nullable Double perplexity,
        @Nullable Double alone,
        @Nullable Double together,
        @Nullable Double seconds,
        List<Capability> capability) {
    /** Nothing was measured. */
    public static final MeasuredCost NONE = new MeasuredCost(null, null, null, null, List.of());

    public MeasuredCost {
        capability = List.copyOf(capability);
    }

    /**
     * How well a method does in a task.
     *
     * @param task the task's name
     * @param metric what is counted, such as {@code accuracy}
     * @param value mean over the questions, 0..1
     * @param n questions
     */
    public record Capability(String task, String metric, double value, int n) {}
}
