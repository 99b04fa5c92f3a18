package dev.steering.extract.acd;

/** Told how tuning goes. Called from the working thread; must be quick and must not throw. */
public interface TuningListener {
    /** Ignores everything. */
    TuningListener NONE = new TuningListener() {};

    /**
     * After every gradient step.
     *
     * @param prompt {@code safe} or {@code opposite}
     * @param epoch from 1 on
     * @param loss of the step
     * @param done steps done in this epoch
     * @param steps steps in an epoch
     */
    default void onStep(String prompt, int epoch, double loss, int done, int steps) {}

    /**
     * After every epoch.
     *
     * @param prompt {@code safe} or {@code opposite}
     * @param epoch from 0 on; 0 before the first step
     * @param train mean training loss
     * @param heldOut held-out loss
     * @param best whether the held-out loss is the lowest so far
     */
    default void onEpoch(String prompt, int epoch, double train, double heldOut, boolean best) {}
}
