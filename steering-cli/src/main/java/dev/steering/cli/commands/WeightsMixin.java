package dev.steering.cli.commands;

import dev.steering.model.pass.RuntimeOptions.Weights;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Where weights lie while a model is open. */
final class WeightsMixin {
    @ArgGroup(exclusive = true)
    private @Nullable Choice choice;

    private static final class Choice {
        @Option(
                names = "--mapped-weights",
                description =
                        "Leave weights in their files instead of copying them into the fastest layout. The model opens at once, and"
                                + " its memory is shared with other processes and the system's to take back; it is up to a quarter"
                                + " slower.")
        private boolean mapped;

        @Option(
                names = "--huge-pages",
                description =
                        "Linux: move weights to memory pages of 2 MB. Opening takes seconds longer, writing one answer at a time in"
                                + " fp32 several per cent less: for long runs.")
        private boolean huge;
    }

    Weights weights() {
        if (choice != null && choice.mapped) {
            return Weights.MAPPED;
        }
        return choice != null && choice.huge ? Weights.HUGE_PAGES : Weights.REPACKED;
    }
}
