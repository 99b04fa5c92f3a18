package dev.steering.core.tuning;

/**
 * What tuning took, in units that are the same on every machine.
 *
 * @param steps gradient steps, of all that was tuned together
 * @param gradientTokens tokens (soft ones included) that went forwards and backwards
 * @param evaluationTokens tokens that only went forwards, for the held-out loss
 */
public record TuningCost(long steps, long gradientTokens, long evaluationTokens) {
    /** Nothing yet. */
    public static final TuningCost NONE = new TuningCost(0, 0, 0);

    /**
     * @param other more
     * @return both together
     */
    public TuningCost plus(TuningCost other) {
        return new TuningCost(
                steps + other.steps, gradientTokens + other.gradientTokens, evaluationTokens + other.evaluationTokens);
    }
}
