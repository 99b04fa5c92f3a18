package dev.steering.extract.tune;

/** Told how tuning goes. Called from the working thread; must be quick and must not throw. */
public interface TuningListener {
    /** Ignores everything. */
    TuningListener NONE = new TuningListener() {};

    /**
     * After every gradient step.
     *
     * @param name what is tuned, such as {@code safe prompt} or {@code layer 3 vector}
     * @param epoch from 1 on
     * @param loss of the step
     * @param done steps done in this epoch
     * @param steps steps in an epoch
     */
    default void onStep(String name, int epoch, double loss, int done, int steps) {}

    /**
     * After every epoch.
     *
     * @param name what is tuned, such as {@code safe prompt} or {@code layer 3 vector}
     * @param epoch from 0 on; 0 before the first step
     * @param train mean training loss
     * @param heldOut held-out loss
     * @param best whether the held-out loss is the lowest so far
     */
    default void onEpoch(String name, int epoch, double train, double heldOut, boolean best) {}
}
