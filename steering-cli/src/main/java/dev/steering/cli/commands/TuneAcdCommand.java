package dev.steering.cli.commands;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.softprompt.SoftPrompt;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.softprompt.SoftPrompts;
import dev.steering.core.tuning.TuningCurve;
import dev.steering.extract.acd.AcdTuner;
import dev.steering.extract.acd.FrozenModelLoss;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.TuningSettings;
import dev.steering.model.chat.ChatModel;
import dev.steering.viz.TuningChart;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
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
public final class TuneAcdCommand implements Callable<Integer>, LongWork {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Mixin
    private AnchorMixin anchors = new AnchorMixin();

    @Mixin
    private TuningMixin tuning = new TuningMixin();

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
            names = "--batch",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Pairs of each of the three kinds in one gradient step. Default: 8.")
    private int batch = TuningSettings.defaults().batch();

    @Option(names = "--weight-decay", paramLabel = "D", description = "Of AdamW. Default: 0.")
    private double weightDecay = TuningSettings.defaults().weightDecay();

    @Mixin
    private TuningRunMixin runs = new TuningRunMixin();

    @Override
    public String kept() {
        return runs.kept(output);
    }

    @Override
    public Integer call() {
        anchors.validate();
        runs.validate(output);
        TuningSettings settings = tuning.settings(TuningSettings.defaults(), batch, weightDecay);
        PrintWriter out = spec.commandLine().getOut();
        try (ChatModel model = modelMixin.open();
                FrozenModelLoss loss = FrozenModelLoss.open(model.model().bundle(), runs.gradientOptions(modelMixin))) {
            AnchorPairs pairs = anchors.pairs(model);
            AcdTuner tuner = AcdTuner.with(settings)
                    .withRun(runs.begin(output))
                    .withListener(new TuningProgress(out, settings.epochs()));
            long begun = System.nanoTime();
            SoftPrompts tuned = tuner.tune(model, loss, pairs, safePrompt, oppositePrompt);
            SoftPromptFile.write(output, tuned);
            print(out, tuned, (System.nanoTime() - begun) / 1e9);
            Path charts = runs.charts();
            if (charts != null) {
                TuningChart.of(tuned).write(charts).forEach(out::println);
            }
        }
        runs.end(output);
        return ExitCodes.SUCCESS;
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
        out.println("Next: steer generate --model " + ShellWord.quoted(modelMixin.bundle) + " --method acd --acd "
                + ShellWord.quoted(output)
                + " 'Your question?'");
    }

    private static void line(PrintWriter out, String name, SoftPrompt prompt, TuningCurve curve) {
        out.printf(
                Locale.ROOT,
                "%-8s  %d soft tokens, held-out loss %.4f at first, %.4f at epoch %d of %d (%s)%n",
                name,
                prompt.length(),
                curve.epochs().get(0).heldOut(),
                curve.keptLoss(),
                curve.best(),
                curve.epochs().size() - 1,
                TuningProgress.words(curve.ending()));
    }
}
