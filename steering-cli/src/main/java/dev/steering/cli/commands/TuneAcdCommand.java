package dev.steering.cli.commands;

import dev.steering.cli.json.SoftPromptResultJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.files.OutputRule;
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
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "Soft-prompt file to write.")
    private Path file = Path.of("");

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

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return runs.kept(file);
    }

    @Override
    public Integer call() {
        OutputRule rule = outputs.rule(TuningRunMixin.outputs("-o"));
        rule.requireFile(file, SoftPromptFile.KIND);
        anchors.validate(rule);
        runs.validate(file, rule);
        TuningSettings settings = tuning.settings(TuningSettings.defaults(), batch, weightDecay);
        try (ChatModel model = modelMixin.open();
                FrozenModelLoss loss = FrozenModelLoss.open(model.model().bundle(), runs.gradientOptions(modelMixin))) {
            AnchorPairs pairs = anchors.pairs(model, AcdTuner.need(model, safePrompt, oppositePrompt), rule);
            AcdTuner tuner = AcdTuner.with(settings)
                    .withRun(runs.begin(file))
                    .withListener(new TuningProgress(output.notes(), settings.epochs()));
            long begun = System.nanoTime();
            SoftPrompts tuned = tuner.tune(model, loss, pairs, safePrompt, oppositePrompt);
            SoftPromptFile.write(file, tuned, rule);
            double seconds = (System.nanoTime() - begun) / 1e9;
            print(output.text(), tuned, seconds);
            Path charts = runs.charts();
            List<Path> drawn =
                    charts == null ? List.of() : TuningChart.of(tuned).write(charts);
            drawn.forEach(output.text()::println);
            output.print(() -> SoftPromptResultJson.of(file, tuned, seconds, drawn));
        }
        runs.end(file);
        return ExitCodes.SUCCESS;
    }

    private void print(PrintWriter out, SoftPrompts tuned, double seconds) {
        line(out, "safe", tuned.safe(), tuned.safeCurve());
        line(out, "opposite", tuned.opposite(), tuned.oppositeCurve());
        out.printf(
                Locale.ROOT,
                "%s: %d gradient steps over %d tokens; %.1f s here%n",
                file,
                tuned.cost().steps(),
                tuned.cost().gradientTokens(),
                seconds);
        output.notes()
                .println("Next: steer generate --model " + modelMixin.again() + " --method acd --acd "
                        + ShellWord.quoted(file) + " 'Your question?'");
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
