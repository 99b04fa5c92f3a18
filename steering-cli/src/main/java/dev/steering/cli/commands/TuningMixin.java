package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.extract.tune.TuningSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How soft prompts and vectors are tuned; what is not given is the default. */
final class TuningMixin {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most passes over the training anchors. Default: 20.")
    private @Nullable Integer epochs;

    @Option(
            names = "--patience",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "End after N epochs without a lower held-out loss. Default: 3.")
    private @Nullable Integer patience;

    @Option(
            names = "--learning-rate",
            paramLabel = "R",
            description =
                    "Of AdamW. Soft prompts: in the units of the embedding table, default 0.001. Vectors: as a share of a"
                            + " typical component, default 0.05.")
    private @Nullable Double learningRate;

    @Option(names = "--clip", paramLabel = "C", description = "Longest gradient, Euclidean norm. Default: 1.")
    private @Nullable Double clip;

    @Option(
            names = "--held-out",
            paramLabel = "SHARE",
            description = "Share of the anchors' prompts that only judge. Default: 0.2.")
    private @Nullable Double heldOut;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the split, the order of the pairs, and --shuffle. Default: 0.")
    private @Nullable Long seed;

    TuningSettings settings(TuningSettings d, int batch, double weightDecay) {
        return WrongUsage.in(() -> new TuningSettings(
                or(epochs, d.epochs()),
                batch,
                or(learningRate, d.learningRate()),
                weightDecay,
                or(clip, d.clip()),
                or(heldOut, d.heldOut()),
                or(patience, d.patience()),
                or(seed, d.seed())));
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
