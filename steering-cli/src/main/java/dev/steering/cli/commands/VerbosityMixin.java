package dev.steering.cli.commands;

import dev.steering.cli.terminal.Verbosity;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** How much a command says; a mixin of {@code steer} itself, whose options can be given to every subcommand as well. */
public final class VerbosityMixin {
    @Option(
            names = "--quiet",
            scope = ScopeType.INHERIT,
            description = "Print results, warnings and errors only: no progress, and nothing of what to do next.")
    private boolean quiet;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Say also what is read from where and how long it takes; of errors, where in the program.")
    private boolean verbose;

    /** @return whether both were given, which makes no sense */
    public boolean isContradictory() {
        return quiet && verbose;
    }

    /** @return what was asked for */
    public Verbosity verbosity() {
        if (verbose) {
            return Verbosity.VERBOSE;
        }
        return quiet ? Verbosity.QUIET : Verbosity.NORMAL;
    }
}
