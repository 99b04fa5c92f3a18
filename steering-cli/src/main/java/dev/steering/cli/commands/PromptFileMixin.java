package dev.steering.cli.commands;

import dev.steering.core.prompts.PromptReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How prompt files are read. */
final class PromptFileMixin {
    @Option(
            names = "--column",
            paramLabel = "NAME",
            description = "Column or field that holds the prompt. Default: prompt.")
    private @Nullable String column;

    PromptReader reader() {
        PromptReader reader = PromptReader.withDefaults();
        return column == null ? reader : reader.withColumn(column);
    }
}
