package dev.steering.cli.commands;

import dev.steering.model.chat.TooLong;
import picocli.CommandLine.Option;

/** What is done about prompts that do not fit the model's context. */
final class TooLongMixin {
    /** The rule. */
    @Option(
            names = "--too-long",
            paramLabel = "RULE",
            description =
                    "What is done about prompts that do not fit the model's context, with what any method puts around them:"
                            + " refuse (default), skip (leave them out and say so), truncate (cut their middle and say so)."
                            + " All are looked at before the first is run.")
    TooLong rule = TooLong.REFUSE;
}
