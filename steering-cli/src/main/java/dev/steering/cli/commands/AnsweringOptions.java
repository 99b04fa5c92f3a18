package dev.steering.cli.commands;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How prompts are put to the model, whatever the method. */
final class AnsweringOptions {
    /** System prompt in front of every prompt; null for none. */
    @Option(
            names = "--system",
            paramLabel = "TEXT",
            description = "System prompt in front of every prompt, whatever the method.")
    @Nullable
    String system;

    /** Most prompts that are run at once. */
    @Option(
            names = "--batch",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Prompts that are run at once. Default: 32.")
    int batch = 32;
}
