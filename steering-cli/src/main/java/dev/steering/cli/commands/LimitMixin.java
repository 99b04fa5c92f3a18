package dev.steering.cli.commands;

import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.ProgressListener;
import dev.steering.core.prompts.DatasetReader;
import dev.steering.core.prompts.Sample;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How many prompts of each file are read, and which. The seed is the command's, whatever else it is for. */
final class LimitMixin {
    /** A bar for a file that is read in a moment would only flicker: all passes together, in KiB. */
    private static final long SHOWN_FROM = 3 * 4096;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Most prompts of each file, of a file with both sides most of each side. Default: all.")
    private int limit = Integer.MAX_VALUE;

    @Option(names = "--shuffle", description = "Let --limit take random prompts by --seed instead of the first ones.")
    private boolean shuffle;

    Sample sample() {
        Number seed = spec.commandLine().getParseResult().matchedOptionValue("--seed", Long.valueOf(0));
        return new Sample(limit, shuffle, seed.longValue());
    }

    DatasetReader reader() {
        ProgressListener bar = ProgressBar.onTerminal();
        return DatasetReader.withDefaults().withSample(sample()).withProgress((stage, done, total) -> {
            if (total >= SHOWN_FROM) {
                bar.onProgress(stage, done, total);
            }
        });
    }

    /** These options again, for a command that needs the same prompts. */
    String again() {
        Sample sample = sample();
        return (limit == Integer.MAX_VALUE ? "" : " --limit " + limit)
                + (shuffle ? " --shuffle" + (sample.seed() == 0 ? "" : " --seed " + sample.seed()) : "");
    }
}
