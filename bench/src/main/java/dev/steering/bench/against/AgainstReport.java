package dev.steering.bench.against;

import dev.steering.bench.BenchSettings;
import dev.steering.bench.Samples;
import dev.steering.core.bundle.BundleManifest;

/**
 * A model's tokens per second and those of a command.
 *
 * @param model the model
 * @param settings threads, rounds and weights
 * @param bench name of what the model did
 * @param command what it was compared with
 * @param ours the model's, of each round
 * @param theirs the command's, of each round
 * @param ratio of each round, the model's over the command's
 */
public record AgainstReport(
        BundleManifest model,
        BenchSettings settings,
        String bench,
        String command,
        Samples ours,
        Samples theirs,
        Samples ratio) {}
