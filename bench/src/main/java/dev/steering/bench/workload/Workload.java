package dev.steering.bench.workload;

/** One thing to time. Not thread-safe. */
public interface Workload extends AutoCloseable {
    /** Does the work once; every call does the same. */
    void run();

    /** @return tokens that one run computes */
    int tokens();

    /** @return prompts that one run computes; 0 where they are not what is counted */
    int prompts();

    /** @return what one run cannot do with less of */
    Cost cost();

    @Override
    default void close() {}

    /** Which limit of the machine a workload is held against. */
    enum Limit {
        /** Arithmetic is expected to take most of the time. */
        COMPUTE,
        /** Reading the weights. */
        BANDWIDTH
    }

    /**
     * What one run cannot do with less of.
     *
     * @param limit which of the two its floor is
     * @param operations floating-point operations of its matrices: two per parameter and token; attention is not counted
     * @param bytes weights that are read, once per pass
     */
    record Cost(Limit limit, double operations, double bytes) {}
}
