package dev.steering.cli.commands;

import dev.steering.cli.terminal.ProgressBar;
import dev.steering.eval.RunOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How prompts are put to the model, whatever the method. */
final class AnsweringMixin {
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

    /**
     * @param judges tell refusals
     * @param tooLong what is done about prompts that do not fit
     * @param overlap what is done about prompts that a choice has seen
     */
    RunOptions options(JudgeChoice.Open judges, TooLongMixin tooLong, OverlapMixin overlap) {
        return RunOptions.defaults()
                .withSystem(system)
                .withBatch(batch)
                .withJudge(judges.first())
                .withMoreJudges(judges.others())
                .withProgress(ProgressBar.onTerminal())
                .withTooLong(tooLong.rule)
                .withOverlap(overlap.overlap());
    }
}
