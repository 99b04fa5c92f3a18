package dev.steering.cli.commands;

import dev.steering.cli.charts.SummaryChart;
import dev.steering.cli.charts.SweepChart;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.SteeringException;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.PromptSet;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.ModelCheck;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorQuality;
import dev.steering.eval.Sweep;
import dev.steering.eval.SweepJson;
import dev.steering.eval.SweepResult;
import dev.steering.eval.SweptVectorFile;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.SweepText;
import dev.steering.eval.store.OutputDirectory;
import dev.steering.eval.sweep.OperatingRule;
import dev.steering.eval.sweep.SweepGrid;
import dev.steering.model.chat.ChatModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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
            "The rule: cost = W x share of harmful prompts not refused + share of harmless prompts not answered, summed over the sets.",
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
public final class SweepCommand implements Callable<Integer>, LongWork {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Option(
            names = "--vector",
            required = true,
            paramLabel = "VECTOR",
            description = "Vector file, as 'steer layers' leaves it.")
    private Path vectorFile = Path.of("");

    @Option(
            names = "--dev",
            required = true,
            paramLabel = DatasetMixin.LABEL,
            description = {
                "Development prompts: the choice is made on them. " + DatasetMixin.FORMATS,
                "Can be given several times; both sides must be there."
            })
    private List<String> development = List.of();

    @Option(
            names = "--test",
            required = true,
            paramLabel = DatasetMixin.LABEL,
            description =
                    "Test prompts: the final figures are measured on them. None may be a development prompt, or one"
                            + " that the vector was extracted from. Give none that 'steer layers' calibrated on either: the file"
                            + " does not say which those were.")
    private List<String> test = List.of();

    @Mixin
    private SelectionMixin selection = new SelectionMixin();

    @Mixin
    private TooLongMixin tooLong = new TooLongMixin();

    @Mixin
    private OverlapMixin overlap = new OverlapMixin();

    @Mixin
    private GridMixin gridMixin = new GridMixin();

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
    private AnsweringMixin answering = new AnsweringMixin();

    @Option(
            names = "--dev-tokens",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description =
                    "Most tokens of an answer to a development prompt. Default: 32, as a refusal shows in its first"
                            + " words, and --max-new-tokens at most.")
    private int developmentTokens = 32;

    @Mixin
    private GreedyMixin writing = new GreedyMixin();

    @Option(names = "--any-model", description = "Use a vector that was extracted from another model.")
    private boolean anyModel;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return "The answers so far are kept in " + directory + ": the same command goes on from there.";
    }

    @Override
    public Integer call() {
        judges.validate();
        if (judges.names().size() > 1) {
            throw new WrongUsage("A sweep chooses by one judge, found --judge " + String.join(",", judges.names())
                    + ": name one, and compare judges with steer eval.");
        }
        OperatingRule rule = WrongUsage.in(gridMixin::rule);
        SweptVectorFile file = new SweptVectorFile(vectorFile, directory);
        if (file.isMadeBySweep()) {
            throw new WrongUsage(vectorFile
                    + " is the file that this sweep would write. Choose another directory with -o, or use --update.");
        }
        output.rule("-o").requireDirectory(directory, Sweep.FILES);
        SteeringVector vector = file.beginning();
        Anchoring anchoring = anchoring(vector);
        SweepGrid grid = WrongUsage.in(() -> gridMixin.grid(anchoring, vector.layers()));
        PrintWriter notes = output.notes();
        PromptFileMixin.requireOnce(
                Stream.concat(development.stream(), test.stream()).map(DatasetSpec::parse));
        List<EvalItem> developed = items(development, "--dev", notes);
        List<EvalItem> tested = items(test, "--test", notes);
        try (JudgeChoice.Open judge = judges.open(directory.resolve(JudgeChoice.CACHE))) {
            Sweep sweep = Sweep.of(vector, developed, tested, overlap.overlap())
                    .withGrid(grid, gridMixin.scale(anchoring))
                    .withRule(rule)
                    .withWriting(writing.options())
                    .withDevelopmentTokens(developmentTokens)
                    .withOptions(answering.options(judge, tooLong, overlap))
                    .withCheck(anyModel ? ModelCheck.ANY_MODEL : ModelCheck.SAME_MODEL);
            try (ChatModel model = modelMixin.open()) {
                output.remarks()
                        .controlTokens(
                                model,
                                answering.system,
                                Stream.concat(developed.stream(), tested.stream())
                                        .map(EvalItem::asked)
                                        .toList());
                SweepResult result = sweep.run(model, directory);
                GivenCommand.keep(spec, directory);
                SweepChart.of(result).write(directory.resolve("charts"));
                SummaryChart.of(result.test()).write(directory.resolve("charts"));
                OutputDirectory.requireThere(result.files());
                print(output.text(), result);
                if (update) {
                    Path kept = file.update(vector, result);
                    notes.println("The recommended setting is in " + vectorFile + " too; what it held before is in "
                            + kept + ".");
                }
                SweepText.warnings(result.development()).forEach(output::warnPrograms);
                VectorQuality.remarks(result.recommended()).forEach(output::warnPrograms);
                SummaryText.warnings(result.test().summary()).forEach(output::warnPrograms);
                output.print(() -> SweepJson.of(result));
            }
        }
        return ExitCodes.SUCCESS;
    }

    private Anchoring anchoring(SteeringVector vector) {
        Anchoring anchoring = vector.anchoring();
        if (anchoring == null) {
            // Anchoring needs the reference, too: advice to anchor would lead nowhere.
            vector.requireTransitionReference();
            throw new SteeringException(
                    vectorFile + " has no layers, strength and threshold to begin with. First run: steer layers "
                            + ShellWord.quoted(vectorFile) + " --model BUNDLE");
        }
        return anchoring;
    }

    private List<EvalItem> items(List<String> datasets, String option, PrintWriter notes) {
        List<PromptSet> sets = DatasetMixin.read(datasets, option, selection.reader(), notes);
        return selection.items(sets);
    }

    private void print(PrintWriter out, SweepResult result) {
        out.println();
        out.println("Refused of the development prompts, by the settings that no other beats:");
        out.println();
        out.println(SweepText.plain(result.development()));
        out.println(SweepText.reason(result.development()));
        SweepText.warnings(result.development()).forEach(out::println);
        Calibration calibration =
                Objects.requireNonNull(result.recommended().anchoring()).calibration();
        out.printf(
                Locale.ROOT,
                "The threshold takes %.1f %% of the harmful development prompts for harmful and %.1f %% of the others for harmless.%n",
                100 * calibration.harmfulFound(),
                100 * calibration.harmlessPassed());
        VectorQuality.remarks(result.recommended()).forEach(remark -> out.println("Warning: " + remark));
        out.println();
        out.println("On the test prompts, which no choice has seen:");
        out.println();
        out.println(SummaryText.plain(result.test().summary()));
        SummaryText.warnings(result.test().summary()).forEach(warning -> out.println(warning + "\n"));
        out.println(SummaryText.comparisonsPlain(result.test().summary()));
        result.test().notes().forEach(note -> out.println("Note: " + note));
        out.flush();
        PrintWriter notes = output.notes();
        notes.println("Everything is in " + directory + "; the vector with the recommended setting is "
                + result.vectorFile() + ".");
        notes.flush();
    }
}
