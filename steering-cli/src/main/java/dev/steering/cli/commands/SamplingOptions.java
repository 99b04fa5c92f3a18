package dev.steering.cli.commands;

import dev.steering.core.SteeringException;
import dev.steering.model.decode.GenerationOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to write text. */
final class SamplingOptions {
    @Option(names = "--max-new-tokens", paramLabel = "N", description = "Most tokens to write. Default: 256.")
    private int maxNewTokens = 256;

    @Option(names = "--temperature", paramLabel = "T", description = "0 (default) for greedy decoding.")
    private double temperature;

    @Option(names = "--top-p", paramLabel = "P", description = "Nucleus to sample from. Default: 1, all tokens.")
    private double topP = 1;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "R",
            description = "1 (default without --preset) for none; SCANS's published runs use 1.1.")
    private @Nullable Double repetitionPenalty;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the sampling. Default: 0.")
    private long seed;

    GenerationOptions options() {
        return options(1);
    }

    /** With a repetition penalty that holds if none is given. */
    GenerationOptions options(double usualPenalty) {
        double penalty = repetitionPenalty == null ? usualPenalty : repetitionPenalty;
        try {
            return new GenerationOptions(maxNewTokens, temperature, topP, penalty, seed);
        } catch (IllegalArgumentException e) {
            throw new SteeringException("The sampling options cannot be used: " + e.getMessage() + ".", e);
        }
    }
}
