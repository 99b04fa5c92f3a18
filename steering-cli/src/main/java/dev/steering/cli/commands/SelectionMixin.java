package dev.steering.cli.commands;

import dev.steering.eval.dataset.Selection;
import picocli.CommandLine.Option;

/** Which prompts of each set take part. */
final class SelectionMixin {
    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most prompts of each set. Default: all.")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--shuffle", description = "Let --limit take random prompts instead of the first ones.")
    private boolean shuffle;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of what is random: --shuffle, and a method's random direction. Default: 0.")
    private long seed;

    Selection selection() {
        return new Selection(limit, shuffle, seed);
    }

    long seed() {
        return seed;
    }
}
