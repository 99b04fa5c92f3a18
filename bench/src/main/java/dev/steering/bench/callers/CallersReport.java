package dev.steering.bench.callers;

import dev.steering.bench.BenchSettings;
import dev.steering.bench.Samples;
import dev.steering.core.bundle.BundleManifest;

/**
 * What one caller and many callers got.
 *
 * @param model the model
 * @param settings threads, rounds and weights; what they say about cases was not timed
 * @param callers how many called at once
 * @param one one caller
 * @param many all of them
 * @param ratio of each round, the tokens per second of many over those of one
 */
public record CallersReport(
        BundleManifest model, BenchSettings settings, int callers, Load one, Load many, Samples ratio) {
    /**
     * What so many callers got.
     *
     * @param tokensPerSecond tokens that were written for all of them, of each round
     * @param firstToken seconds from asking to the first text, of each request of each round
     * @param rows mean rows of a decoding pass, of each round
     */
    public record Load(Samples tokensPerSecond, Samples firstToken, Samples rows) {}
}
