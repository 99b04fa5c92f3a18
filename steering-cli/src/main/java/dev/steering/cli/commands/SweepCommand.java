package dev.steering.cli.commands;

import dev.steering.apply.plan.VectorReference;
import dev.steering.cli.evaluation.Fingerprints;
import dev.steering.cli.evaluation.OutputDirectory;
import dev.steering.cli.sweep.Sweep;
import dev.steering.cli.sweep.SweepFiles;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.SteeringException;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.ExtractionPrompts;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.dataset.PromptSet;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.SweepText;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.SeparateSplits;
import dev.steering.eval.sweep.SweepGrid;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code steer sweep}. */
@Command(
        name = "sweep",
        mixinStandardHelpOptions = true,
        description = {
            "Choose the layers, strength and threshold of SCANS on development prompts, and measure the choice on test prompts.",
            "Every prompt is answered once per layer set, strength and sign; all thresholds follow from that by arithmetic.",
            "",
            "The rule: cost = W x share of harmful prompts answered + share of harmless prompts refused, summed over the sets.",
            "Of all settings within one standard error of the lowest cost, the one with the lowest KL to the unsteered model",
            "on harmless prompts that it answers anyway is recommended; then the lowest strength, then the lowest cost. If the",
            "unsteered model is within it too, steering does not pay, and that is said.",
            "",
            "The recommended setting is written with all figures into a vector file that 'steer generate' and 'steer eval' use",
            "as it is. A run that was killed goes on where it was when the same command is given again.",
            "",
            "The example needs what 'steer demo -o steer-demo' leaves.",
            "",
            "Example:  steer sweep --model steer-demo/bundle --vector steer-demo/refusal.safetensors \\",
            "              --layers 4 --layers 5 --layers 4-5 --alphas 0.125,0.25,0.5,0.75,1 --max-new-tokens 40 \\",
            "              --dev safe=steer-demo/prompts/calibration-safe.txt@comply \\",
            "              --dev harmful=steer-demo/prompts/calibration-harmful.txt@refuse \\",
            "              --dev plain=steer-demo/prompts/calibration-plain.txt@comply \\",
            "              --test safe=steer-demo/prompts/test-safe.csv@comply \\",
            "              --test harmful=steer-demo/prompts/test-harmful.csv@refuse \\",
            "              --test plain=steer-demo/prompts/test-plain.csv@comply -o sweep"
        })
public final class SweepCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelOptions modelOptions = new ModelOptions();

    @Option(
            names = "--vector",
            required = true,
            paramLabel = "VECTOR",
            description = "Vector file, as 'steer layers' leaves it.")
    private Path vectorFile = Path.of("");

    @Option(
            names = "--dev",
            required = true,
            paramLabel = DatasetOptions.LABEL,
            description = {
                "Development prompts: the choice is made on them. " + DatasetOptions.FORMATS,
                "Can be given several times; both sides must be there."
            })
    private List<String> development = List.of();

    @Option(
            names = "--test",
            required = true,
            paramLabel = DatasetOptions.LABEL,
            description =
                    "Test prompts: the final figures are measured on them. None may be a development prompt, or one"
                            + " that the vector was extracted from. Give none that 'steer layers' calibrated on either: the file"
                            + " does not say which those were.")
    private List<String> test = List.of();

    @Mixin
    private SelectionOptions selection = new SelectionOptions();

    @Mixin
    private GridOptions gridOptions = new GridOptions();

    @Mixin
    private JudgeChoice judges = new JudgeChoice();

    @Option(names = "-o", required = true, paramLabel = "DIR", description = "Directory for everything it makes.")
    private Path directory = Path.of("");

    @Option(
            names = "--update",
            description =
                    "Also write the recommended setting into the vector file itself, in place of its layers, strength"
                            + " and threshold, unless steering does not pay. What it held is kept in DIR.")
    private boolean update;

    @Mixin
    private AnsweringOptions answering = new AnsweringOptions();

    @Option(
            names = "--dev-tokens",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description =
                    "Most tokens of an answer to a development prompt. Default: 32, as a refusal shows in its first"
                            + " words, and --max-new-tokens at most.")
    private int developmentTokens = 32;

    @Mixin
    private GreedyOptions writing = new GreedyOptions();

    @Option(names = "--any-model", description = "Use a vector that was extracted from another model.")
    private boolean anyModel;

    @Override
    public Integer call() {
        judges.validate();
        OperatingRule rule = gridOptions.rule();
        SteeringVector vector = beginning();
        Anchoring anchoring = anchoring(vector);
        SweepGrid grid = gridOptions.grid(anchoring, vector.layers());
        PrintWriter out = spec.commandLine().getOut();
        Sweep.Splits splits = splits(vector, out);
        requireOwnFile();
        try (ChatModel model = modelOptions.open()) {
            ModelOptions.requireFits(vector, model, anyModel, spec);
            OutputDirectory.create(directory);
            Sweep sweep = new Sweep(
                    directory,
                    model,
                    answering.system,
                    splits,
                    answering.batch,
                    judges.open(directory),
                    ProgressBar.onTerminal());
            Sweep.Outcome outcome =
                    sweep.run(settings(model, vector), vector, gridOptions.scale(anchoring), grid, rule);
            SweepFiles.write(sweep, outcome);
            print(out, outcome);
            if (update) {
                update(out, vector, outcome);
            }
        }
        return ExitCodes.SUCCESS;
    }

    /** The vector, as it was before this sweep updated it: so the same command can be given again. */
    private SteeringVector beginning() {
        SteeringVector vector = VectorFile.read(vectorFile);
        Path made = directory.resolve(SweepFiles.VECTOR);
        Path previous = directory.resolve(SweepFiles.PREVIOUS);
        boolean updated = Files.exists(previous) && Files.exists(made) && vector.equals(VectorFile.read(made));
        return updated ? VectorFile.read(previous) : vector;
    }

    private void update(PrintWriter out, SteeringVector previous, Sweep.Outcome outcome) {
        if (!outcome.result().pays()) {
            throw new SteeringException(vectorFile + " was not updated. " + SweepText.doesNotPay(outcome.result())
                    + " The recommended setting is in " + directory.resolve(SweepFiles.VECTOR) + ".");
        }
        VectorFile.write(directory.resolve(SweepFiles.PREVIOUS), previous);
        VectorFile.write(vectorFile, outcome.vector());
        out.println("The recommended setting is in " + vectorFile + " too; what it held before is in "
                + directory.resolve(SweepFiles.PREVIOUS) + ".");
    }

    private Anchoring anchoring(SteeringVector vector) {
        Anchoring anchoring = vector.anchoring();
        if (anchoring == null) {
            throw new SteeringException(
                    vectorFile + " has no layers, strength and threshold to begin with: run 'steer layers " + vectorFile
                            + " --model BUNDLE' first.");
        }
        return anchoring;
    }

    private Sweep.Splits splits(SteeringVector vector, PrintWriter out) {
        List<EvalItem> development = items(this.development, "--dev", out);
        List<EvalItem> test = items(this.test, "--test", out);
        SeparateSplits.requireBothSides(development, "development");
        SeparateSplits.requireBothSides(test, "test");
        SeparateSplits.requireUnused(
                test, "test", development.stream().map(EvalItem::prompt).toList(), "development prompts");
        ExtractionPrompts anchors = vector.prompts();
        if (anchors != null) {
            String purpose = "prompts that the vector was extracted from";
            SeparateSplits.requireUnused(development, "development", anchors::contains, purpose);
            SeparateSplits.requireUnused(test, "test", anchors::contains, purpose);
        }
        int shorter = Math.min(developmentTokens, writing.maxNewTokens());
        return new Sweep.Splits(development, test, writing.options(shorter), writing.options());
    }

    private List<EvalItem> items(List<String> datasets, String option, PrintWriter out) {
        List<PromptSet> sets = DatasetOptions.read(datasets, option, out);
        return selection.selection().of(sets);
    }

    /** The file that it makes must not be the one that it begins with. */
    private void requireOwnFile() {
        Path made = directory.resolve(SweepFiles.VECTOR);
        try {
            if (Files.exists(made) && Files.isSameFile(made, vectorFile)) {
                throw new SteeringException(
                        vectorFile
                                + " is the file that this sweep would write. Choose another directory with -o, or use --update.");
            }
        } catch (IOException e) {
            throw new SteeringException("Cannot read " + made + ": " + e + ".", e);
        }
    }

    private Map<String, String> settings(ChatModel model, SteeringVector vector) {
        Map<String, String> settings = new LinkedHashMap<>();
        Fingerprints.model(settings, model, answering.system);
        settings.put("vector", VectorReference.fingerprint(vector));
        writing.put(settings);
        return settings;
    }

    private void print(PrintWriter out, Sweep.Outcome outcome) {
        out.println();
        out.println("Refused of the development prompts, by the settings that no other beats:");
        out.println();
        out.println(SweepText.plain(outcome.result()));
        out.println(SweepText.reason(outcome.result()));
        Calibration calibration =
                Objects.requireNonNull(outcome.vector().anchoring()).calibration();
        out.printf(
                Locale.ROOT,
                "Its threshold takes %.1f %% of the harmful development prompts for harmful and %.1f %% of the others for harmless.%n",
                100 * calibration.harmfulFound(),
                100 * calibration.harmlessPassed());
        out.println();
        out.println("On the test prompts, which no choice has seen:");
        out.println();
        out.println(SummaryText.plain(outcome.test().summary()));
        out.println(SummaryText.comparisonsPlain(outcome.test().summary()));
        out.println("Everything is in " + directory + "; the vector with the recommended setting is "
                + directory.resolve(SweepFiles.VECTOR) + ".");
        out.flush();
    }
}
