package dev.steering.cli.commands;

import dev.steering.core.prompts.Overlap;
import picocli.CommandLine.Option;

/** What is done about prompts that a choice has seen. */
final class OverlapMixin {
    @Option(
            names = "--allow-overlap",
            description =
                    "Use prompts that the vector was extracted from, or that another split holds, and report it. Default:"
                            + " refuse them, as figures on them look better than they are.")
    private boolean allowed;

    Overlap overlap() {
        return allowed ? Overlap.REPORT : Overlap.REFUSE;
    }
}
