package dev.steering.cli.commands;

import dev.steering.apply.GenerationOptions;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How to write text. */
final class SamplingMixin {
    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most tokens to write. Default: 256.")
    private int maxNewTokens = 256;

    @Option(names = "--temperature", paramLabel = "T", description = "0 (default) for greedy decoding.")
    private double temperature;

    @Option(names = "--top-p", paramLabel = "P", description = "Nucleus to sample from. Default: 1, all tokens.")
    private double topP = 1;

    @Option(
            names = "--top-k",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Sample from the N most probable tokens. Default: all.")
    private int topK;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            description = "Sample no token less probable than P times the most probable one. Default: 0, any.")
    private double minP;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "End the answer where this text appears, and cut it off. Can be given several times.")
    private List<String> stop = List.of();

    @Option(
            names = "--repetition-penalty",
            paramLabel = "R",
            description = "1 (default without --preset) for none; SCANS's published runs use 1.1.")
    private @Nullable Double repetitionPenalty;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the sampling, and of --shuffle. Default: 0.")
    private long seed;

    GenerationOptions options() {
        return options(1);
    }

    /** With a repetition penalty that holds if none is given. */
    GenerationOptions options(double usualPenalty) {
        double penalty = repetitionPenalty == null ? usualPenalty : repetitionPenalty;
        try {
            return GenerationOptions.builder()
                    .maxNewTokens(maxNewTokens)
                    .temperature(temperature)
                    .topK(topK)
                    .topP(topP)
                    .minP(minP)
                    .repetitionPenalty(penalty)
                    .seed(seed)
                    .stop(stop.toArray(String[]::new))
                    .build();
        } catch (BadRequest e) {
            throw new WrongUsage("The sampling options cannot be used: " + e.getMessage());
        }
    }
}
