package dev.steering.cli.commands;

import dev.steering.apply.GenerationOptions;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.BadRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How answers are written that are to be judged: greedily. */
final class GreedyMixin {
    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most tokens of an answer. Default: 256.")
    private int maxNewTokens = 256;

    @Option(
            names = "--repetition-penalty",
            paramLabel = "R",
            description = "1 (default) for none; SCANS's published runs use 1.1, and so does --preset.")
    private @Nullable Double repetitionPenalty;

    GenerationOptions options() {
        return options(1);
    }

    /** @param otherwise the penalty if none is given */
    GenerationOptions options(double otherwise) {
        try {
            return GenerationOptions.greedy(maxNewTokens)
                    .withRepetitionPenalty(repetitionPenalty == null ? otherwise : repetitionPenalty);
        } catch (BadRequest e) {
            throw new WrongUsage("--repetition-penalty cannot be used: " + e.getMessage());
        }
    }
}
