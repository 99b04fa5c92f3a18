package dev.steering.cli.commands;

import dev.steering.extract.acd.TuningSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How soft prompts are tuned; what is not given is the default. */
final class TuningOptions {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            converter = Numbers.Positive.class,
            description = "Most passes over the training anchors. Default: 20.")
    private @Nullable Integer epochs;

    @Option(
            names = "--patience",
            paramLabel = "N",
            converter = Numbers.Positive.class,
            description = "End after N epochs without a lower held-out loss. Default: 3.")
    private @Nullable Integer patience;

    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = Numbers.Positive.class,
            description = "Pairs of each of the three kinds in one gradient step. Default: 8.")
    private @Nullable Integer batch;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description = "Of AdamW, in the units of the embedding table. Default: 0.001.")
    private @Nullable Double learningRate;

    @Option(names = "--weight-decay", paramLabel = "D", description = "Of AdamW. Default: 0.")
    private @Nullable Double weightDecay;

    @Option(names = "--clip", paramLabel = "C", description = "Longest gradient, Euclidean norm. Default: 1.")
    private @Nullable Double clip;

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            description = "Share of the prompts that only judge. Default: 0.2.")
    private @Nullable Double heldOut;

    @Option(names = "--seed", paramLabel = "N", description = "Of the split and the order of the pairs. Default: 0.")
    private @Nullable Long seed;

    TuningSettings settings() {
        TuningSettings d = TuningSettings.defaults();
        return new TuningSettings(
                or(epochs, d.epochs()),
                or(batch, d.batch()),
                or(learningRate, d.learningRate()),
                or(weightDecay, d.weightDecay()),
                or(clip, d.clip()),
                or(heldOut, d.heldOut()),
                or(patience, d.patience()),
                or(seed, d.seed()));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
