package dev.steering.cli.commands;

import dev.steering.core.prompts.DatasetReader;
import dev.steering.core.prompts.Sample;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many prompts of each class or set take part. */
final class BalanceMixin {
    @Mixin
    private LimitMixin limits = new LimitMixin();

    @Option(
            names = "--balance",
            description =
                    "Take as many prompts of each class or set as the smallest has: the first, or with --shuffle random"
                            + " ones.")
    private boolean balance;

    Sample sample() {
        return limits.sample();
    }

    DatasetReader reader() {
        return limits.reader();
    }

    /** The classes, cut to one size if that was asked for. */
    <T> List<List<T>> balanced(List<List<T>> classes) {
        return balance ? sample().balanced(classes) : classes;
    }

    /** These options again, for a command that needs the same prompts. */
    String again() {
        return limits.again() + (balance ? " --balance" : "");
    }
}
