package dev.steering.bench;

import dev.steering.bench.workload.Workload.Limit;
import org.jspecify.annotations.Nullable;

/**
 * One figure of a report. Times are of one run of the workload.
 *
 * @param name the task and the variant
 * @param seconds times of all repetitions
 * @param garbage bytes that the calling thread allocated on the JVM's heap per token, of all repetitions
 * @param tokens tokens of one run
 * @param prompts prompts of one run; 0 where they are not what is counted
 * @param limit which limit of the machine it is held against
 * @param computeFloor least seconds that its arithmetic can take on this machine
 * @param bandwidthFloor least seconds that reading its weights can take on this machine
 * @param comparison how it compares with the plain task; null for a plain task
 */
public record BenchResult(
        String name,
        Samples seconds,
        Samples garbage,
        int tokens,
        int prompts,
        Limit limit,
        double computeFloor,
        double bandwidthFloor,
        @Nullable Comparison comparison) {
    /**
     * How a variant compares with its plain task.
     *
     * @param to name of the plain task
     * @param ofMedians its median time over the plain one's
     * @param paired its time over the plain one's in the same repetition, for every repetition
     */
    public record Comparison(String to, double ofMedians, Samples paired) {}

    /** @return tokens of one run by its median time */
    public double tokensPerSecond() {
        return tokens / seconds.median();
    }

    /** @return prompts of one run by its median time */
    public double promptsPerSecond() {
        return prompts / seconds.median();
    }

    /** @return the limit's floor by the median time: 1 is as fast as the machine can be */
    public double fractionOfFloor() {
        return (limit == Limit.COMPUTE ? computeFloor : bandwidthFloor) / seconds.median();
    }
}
