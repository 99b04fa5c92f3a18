package dev.steering.cli.commands;

import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.IoReason;
import dev.steering.core.SteeringException;
import dev.steering.core.files.OutputRule;
import dev.steering.extract.tune.TuningRun;
import dev.steering.gradient.GradientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a tuning by gradient keeps its state, and how much of it runs at once. */
final class TuningRunMixin {
    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "Where the state is kept after every epoch. Default: the output file's name + .tuning.")
    private @Nullable Path checkpoint;

    @Option(names = "--restart", description = "Begin again instead of going on from the checkpoint.")
    private boolean restart;

    @Option(names = "--finish", description = "Do not tune on: save the best so far of the checkpoint.")
    private boolean finish;

    @Option(names = "--charts", paramLabel = "DIR", description = "Draw the losses as PNG and SVG there.")
    private @Nullable Path charts;

    @Option(
            names = "--micro-batch",
            paramLabel = "TOKENS",
            converter = NumberConverters.Positive.class,
            description = "Most tokens that run together: memory grows with them. Default: 1024.")
    private int microBatch = GradientOptions.defaults().tokens();

    /** Called before the work begins, so that a mistake does not cost minutes. */
    void validate(Path output, OutputRule rule) {
        if (restart && finish) {
            throw new WrongUsage("--restart and --finish exclude each other: choose one.");
        }
        rule.requireFile(state(output), TuningRun.CHECKPOINT);
        if (charts != null) {
            rule.requireDirectory(charts, List.of());
        }
    }

    /** The options that name outputs of a tuning. */
    static String[] outputs(String result) {
        return new String[] {result, "--checkpoint", "--charts", "--save-anchors"};
    }

    /** The run, at its beginning if that was asked for. */
    TuningRun begin(Path output) {
        TuningRun run = TuningRun.IN_MEMORY.withCheckpoint(state(output));
        return restart ? run.toBeginAnew() : finish ? run.toFinish() : run;
    }

    /** What is kept if the run is ended now. */
    String kept(Path output) {
        return "Every epoch that was completed is kept in " + state(output)
                + ": the same command goes on from there, with --finish it saves the best so far.";
    }

    /** Deletes the checkpoint; called when the result is saved. */
    void end(Path output) {
        Path file = state(output);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new SteeringException(
                    "Cannot delete the checkpoint " + file + ": " + IoReason.of(e) + ". Delete it yourself.", e);
        }
    }

    private Path state(Path output) {
        return checkpoint == null ? output.resolveSibling(output.getFileName() + ".tuning") : checkpoint;
    }

    /** Where to draw the losses; null for nowhere. */
    @Nullable
    Path charts() {
        return charts;
    }

    GradientOptions gradientOptions(ModelMixin model) {
        return GradientOptions.defaults().withTokens(microBatch).withRuntime(model.runtime());
    }
}
