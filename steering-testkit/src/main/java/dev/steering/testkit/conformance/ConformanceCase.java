package dev.steering.testkit.conformance;

import java.io.IOException;

/**
 * One thing that a runtime has to get right.
 *
 * @param name short name, as in docs/conformance.md
 * @param guards what it guards against, one sentence
 * @param check looks whether the runtime gets it right
 */
public record ConformanceCase(String name, String guards, Check check) {
    /** Looks at a runtime. */
    @FunctionalInterface
    public interface Check {
        /**
         * @param runtime the runtime
         * @throws IOException if a file cannot be written or read
         * @throws NonconformingRuntime if it gets something wrong
         */
        void accept(SteeringRuntime runtime) throws IOException;
    }

    /**
     * @param runtime the runtime
     * @throws IOException if a file cannot be written or read
     * @throws NonconformingRuntime if it gets this wrong; the message says what was expected and what was found
     */
    public void verify(SteeringRuntime runtime) throws IOException {
        check.accept(runtime);
    }

    @Override
    public String toString() {
        return name;
    }
}
