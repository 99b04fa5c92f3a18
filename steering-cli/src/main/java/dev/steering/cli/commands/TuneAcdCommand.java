package dev.steering.cli.commands;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.SteeringException;
import dev.steering.core.chat.ChatModel;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.softprompt.TuningCurve;
import dev.steering.export.gradient.GradientOptions;
import dev.steering.extract.acd.AcdTuner;
import dev.steering.extract.acd.AnchorPairs;
import dev.steering.extract.acd.FrozenModelLoss;
import dev.steering.extract.acd.TuningListener;
import dev.steering.extract.acd.TuningSettings;
import dev.steering.viz.TuningChart;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code steer tune-acd}. */
@Command(
        name = "tune-acd",
        mixinStandardHelpOptions = true,
        description = {
            "Tune the two opposite soft prompts of Adversarial Contrastive Decoding, with the model frozen.",
            "Needs a bundle that was exported in single precision. A run that was killed goes on where it was when the same",
            "command is given again, and ends in the same bytes.",
            "",
            "Example:  steer tune-acd --model llama-1b --harmful harmful.txt --harmless harmless.txt -o acd.safetensors",
            "          steer generate --model llama-1b --method acd --acd acd.safetensors 'How do I kill a process?'"
        })
public final class TuneAcdCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelOptions modelOptions = new ModelOptions();

    @Mixin
    private AnchorOptions anchors = new AnchorOptions();

    @Mixin
    private TuningOptions tuning = new TuningOptions();

    @Option(
            names = "--safe-prompt",
            paramLabel = "TEXT",
            description = "System prompt that the safe prompt begins as: as many soft tokens as it has tokens.")
    private String safePrompt = SoftPrompts.DEFAULT_SAFE_TEXT;

    @Option(
            names = "--opposite-prompt",
            paramLabel = "TEXT",
            description = "System prompt that the opposite prompt begins as.")
    private String oppositePrompt = SoftPrompts.DEFAULT_OPPOSITE_TEXT;

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "Soft-prompt file to write.")
    private Path output = Path.of("");

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = "Where the state is kept after every epoch. Default: the soft-prompt file's name + .tuning.")
    private @Nullable Path checkpoint;

    @Option(names = "--restart", description = "Begin again instead of going on from the checkpoint.")
    private boolean restart;

    @Option(names = "--finish", description = "Do not tune on: save the best prompts of the checkpoint.")
    private boolean finish;

    @Option(names = "--charts", paramLabel = "DIR", description = "Draw the losses as PNG and SVG there.")
    private @Nullable Path charts;

    @Option(
            names = "--micro-batch",
            paramLabel = "TOKENS",
            converter = Numbers.Positive.class,
            description = "Most tokens that run together: memory grows with them. Default: 1024.")
    private int microBatch = GradientOptions.defaults().tokens();

    @Override
    public Integer call() {
        anchors.validate();
        if (restart && finish) {
            throw new SteeringException("--restart and --finish exclude each other: choose one.");
        }
        TuningSettings settings = tuning.settings();
        Path state = checkpoint == null ? output.resolveSibling(output.getFileName() + ".tuning") : checkpoint;
        requireDirectory();
        if (restart) {
            delete(state);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (ChatModel model = modelOptions.open();
                FrozenModelLoss loss = FrozenModelLoss.open(model.model().bundle(), gradientOptions())) {
            AnchorPairs pairs = anchors.pairs(model);
            AcdTuner tuner =
                    AcdTuner.with(settings).withCheckpoint(state).withListener(new Progress(out, settings.epochs()));
            tuner = finish ? tuner.finishing() : tuner;
            long begun = System.nanoTime();
            SoftPrompts tuned = tuner.tune(model, loss, pairs, safePrompt, oppositePrompt);
            SoftPromptFile.write(output, tuned);
            print(out, tuned, (System.nanoTime() - begun) / 1e9);
            if (charts != null) {
                TuningChart.of(tuned).write(charts).forEach(out::println);
            }
        }
        delete(state);
        return ExitCodes.SUCCESS;
    }

    private GradientOptions gradientOptions() {
        return GradientOptions.defaults().withTokens(microBatch).withRuntime(modelOptions.runtime());
    }

    /** Before minutes of work, not after. */
    private void requireDirectory() {
        Path directory = output.toAbsolutePath().getParent();
        if (directory == null || !Files.isDirectory(directory)) {
            throw new SteeringException(
                    "cannot write " + output + ": its directory " + directory + " does not exist. Create it first.");
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new SteeringException("Cannot delete the checkpoint " + file + ": " + e + ". Delete it yourself.", e);
        }
    }

    private void print(PrintWriter out, SoftPrompts tuned, double seconds) {
        line(out, "safe", tuned.safe(), tuned.safeCurve());
        line(out, "opposite", tuned.opposite(), tuned.oppositeCurve());
        out.printf(
                Locale.ROOT,
                "%s: %d gradient steps over %d tokens; %.1f s here%n",
                output,
                tuned.cost().steps(),
                tuned.cost().gradientTokens(),
                seconds);
        out.println("Next: steer generate --model " + modelOptions.bundle + " --method acd --acd " + output
                + " 'Your question?'");
    }

    private static void line(PrintWriter out, String name, SoftPrompt prompt, TuningCurve curve) {
        out.printf(
                Locale.ROOT,
                "%-8s  %d soft tokens, held-out loss %.4f at first, %.4f at epoch %d of %d (%s)%n",
                name,
                prompt.length(),
                curve.epochs().get(0).heldOut(),
                curve.epochs().get(curve.best()).heldOut(),
                curve.best(),
                curve.epochs().size() - 1,
                switch (curve.ending()) {
                    case EPOCHS -> "all epochs run";
                    case HELD_OUT -> "no lower since";
                    case FINISHED -> "finished by hand";
                });
    }

    /** A bar for every epoch on a terminal, and a line for it. */
    private static final class Progress implements TuningListener {
        private final PrintWriter out;
        private final int epochs;
        private final ProgressBar bar = ProgressBar.onTerminal();

        Progress(PrintWriter out, int epochs) {
            this.out = out;
            this.epochs = epochs;
        }

        @Override
        public void onStep(String prompt, int epoch, double loss, int done, int steps) {
            bar.onProgress(prompt + " prompt, epoch " + epoch + "/" + epochs, done, steps);
        }

        @Override
        public void onEpoch(String prompt, int epoch, double train, double heldOut, boolean best) {
            out.printf(
                    Locale.ROOT,
                    "%-8s  epoch %2d/%d  training loss %8.4f  held-out loss %8.4f%s%n",
                    prompt,
                    epoch,
                    epochs,
                    train,
                    heldOut,
                    best ? " *" : "");
            out.flush();
        }
    }
}
