package dev.steering.testkit.conformance;

/** A runtime gets something wrong; an {@link AssertionError}, so that test frameworks count it as a failure. */
public final class NonconformingRuntime extends AssertionError {
    private static final long serialVersionUID = 1;

    /** @param message what was expected and what was found */
    public NonconformingRuntime(String message) {
        super(message);
    }
}
