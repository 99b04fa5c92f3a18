package dev.steering.cli.commands;

import dev.steering.apply.MethodArguments;
import dev.steering.cli.charts.ComparisonChart;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.prompts.DatasetSpec;
import dev.steering.core.prompts.Expectation;
import dev.steering.core.prompts.PromptSet;
import dev.steering.eval.Comparison;
import dev.steering.eval.ComparisonJson;
import dev.steering.eval.ComparisonResult;
import dev.steering.eval.ComparisonSettings;
import dev.steering.eval.ComparisonSettings.Draws;
import dev.steering.eval.RunOptions;
import dev.steering.eval.compare.ComparedPrompts;
import dev.steering.eval.compare.MatchedRefusal;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.report.ComparisonText;
import dev.steering.eval.report.CostText;
import dev.steering.eval.store.OutputDirectory;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.chat.TooLong;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code steer compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description = {
            "Compare methods on equal terms: a curve over strength for each on development prompts, a strength for each that leaves",
            "the same share of harmful prompts refused, and final figures on test prompts: over-refusal, harmful and jailbreak refusal,",
            "broken answers, divergence, perplexity, capability, cost, with intervals, paired tests and draws of what was random.",
            "A run that was killed goes on where it was when the same command is given again, and ends in the same bytes.",
            "",
            "The example needs what 'steer demo -o steer-demo' leaves.",
            "",
            "Vectors that methods need and --vector is not are extracted from the anchors, --harmful, --harmless and --over-refused.",
            "",
            "Example:  steer compare --model steer-demo/bundle --vector steer-demo/refusal.safetensors --max-new-tokens 40 \\",
            "              --methods default,prompt,scans,self-cd,surgical,partial-or,alphasteer,adasteer,adacd,subtract,ablate,random \\",
            "              --harmful steer-demo/prompts/anchors-harmful.txt --harmless steer-demo/prompts/anchors-harmless.txt \\",
            "              --over-refused 'steer-demo/prompts/test-safe.csv?word_split=train' --set lambda=0.5 --jailbreaks prefix,multi-turn \\",
            "              --development safe=steer-demo/prompts/calibration-safe.txt@comply \\",
            "              --development harmful=steer-demo/prompts/calibration-harmful.txt@refuse \\",
            "              --test 'safe=steer-demo/prompts/test-safe.csv@comply?word_split=test' \\",
            "              --test harmful=steer-demo/prompts/test-harmful.csv@refuse --limit 60 -o comparison"
        })
public final class CompareCommand implements Callable<Integer>, LongWork {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            preprocessor = ConfigFile.class,
            description =
                    "A JSON object with options of this command by their names without hyphens, such as {\"methods\": [\"default\","
                            + " \"scans\"], \"limit\": 60}; what is on the command line wins.")
    @SuppressWarnings("UnusedVariable") // its preprocessor puts the file's options among the arguments
    private @Nullable Path config;

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Mixin
    private MethodMixin methodMixin = new MethodMixin();

    @Option(
            names = "--strengths",
            paramLabel = "METHOD=S,S,...",
            converter = StrengthsOption.Converter.class,
            description =
                    "Strengths of a method's curve. Can be given several times. Default: those around the vector file's for methods that"
                            + " steer, around the published ones for others.")
    private List<StrengthsOption> strengths = List.of();

    @Option(
            names = "--development",
            required = true,
            paramLabel = DatasetMixin.LABEL,
            description = {
                "Development prompts: strengths are chosen on them. " + DatasetMixin.FORMATS,
                "Can be given several times; both sides must be there."
            })
    private List<String> development = List.of();

    @Option(
            names = "--test",
            required = true,
            paramLabel = DatasetMixin.LABEL,
            description =
                    "Test prompts: the final figures are measured on them. None may be a development prompt, or one that a"
                            + " vector was extracted from.")
    private List<String> test = List.of();

    @Mixin
    private SelectionMixin selection = new SelectionMixin();

    @Mixin
    private JailbreakMixin jailbreaks = new JailbreakMixin();

    @Option(
            names = "--attacks",
            paramLabel = "[NAME=]FILE[:COLUMN]",
            description =
                    "Test prompts that are jailbreaks already, each with its harmful question. Can be given several times.")
    private List<String> attacks = List.of();

    @Option(
            names = "--harmful-refusal",
            paramLabel = "SHARE",
            description =
                    "Share of harmful development prompts, 0 to 1, that each method's strength must leave refused, if one does."
                            + " Default: what the unsteered model refuses, less 0.05.")
    private @Nullable Double harmfulRefusal;

    @Mixin
    private CompareAnchorMixin anchorMixin = new CompareAnchorMixin();

    @Option(
            names = "--draws",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Draws of random directions, and of anchors where they are given. Default: 5.")
    private int draws = 5;

    @Option(
            names = "--resamples",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Bootstrap resamples of the prompts for the bands of the curves. Default: 1000.")
    private int resamples = 1000;

    @Mixin
    private TooLongMixin tooLong = new TooLongMixin();

    @Mixin
    private OverlapMixin overlap = new OverlapMixin();

    @Mixin
    private JudgeChoice judges = new JudgeChoice();

    @Mixin
    private CompareMeasureMixin measures = new CompareMeasureMixin();

    @Option(
            names = "--rejudge",
            description = "Judge the answers of an earlier run in DIR anew, by another judge than before.")
    private boolean rejudging;

    @Option(names = "-o", required = true, paramLabel = "DIR", description = "Directory for everything it makes.")
    private Path directory = Path.of("");

    @Mixin
    private AnsweringMixin answering = new AnsweringMixin();

    @Mixin
    private GreedyMixin writing = new GreedyMixin();

    @Option(
            names = "--development-tokens",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description =
                    "Most tokens of an answer to a development prompt. Default: 32, and --max-new-tokens at most.")
    private int developmentTokens = 32;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return "The answers so far are kept in " + directory + ": the same command goes on from there.";
    }

    @Override
    public Integer call() {
        List<String> names = methodMixin.names();
        methodMixin.validate();
        judges.validate();
        validate();
        output.rule("-o")
                .requireDirectory(
                        directory,
                        Stream.concat(Comparison.FILES.stream(), ComparedVectors.files().stream())
                                .toList());
        PrintWriter notes = output.notes();
        if (config != null) {
            notes.println("What is not on the command line is as " + config + " says.");
        }
        PromptFileMixin.requireOnce(
                Stream.of(development, test, attacks).flatMap(List::stream).map(DatasetSpec::parse));
        ComparedPrompts developed = jailbreaks.compared(prompts(development, "--development", notes));
        ComparedPrompts tested =
                jailbreaks.compared(prompts(test, "--test", notes)).withAttacks(attacks(notes));
        Comparison comparison = WrongUsage.in(() -> Comparison.of(developed, tested));
        ComparisonSettings settings = settings();
        try (ChatModel model = modelMixin.open()) {
            MethodArguments arguments = WrongUsage.in(() -> methodMixin.arguments(
                    methodMixin.noted(model, names, answering.system), selection.seed(), answering.system));
            ComparedSources vectors =
                    ComparedSources.of(new ComparedVectors(spec, anchors()), model, names, arguments, directory, notes);
            ComparisonResult result = with(comparison, names, vectors)
                    .withSettings(settings.withDraws(
                                    new Draws(resamples, draws, vectors.draws(model, anchors()), selection.seed()))
                            .withReproduction(reproduction(vectors)))
                    .run(model, directory);
            GivenCommand.keep(spec, directory);
            ComparisonChart.of(result).forEach(chart -> chart.write(directory.resolve("charts")));
            OutputDirectory.requireThere(result.files());
            print(output.text(), result);
            ComparisonText.warnings(result.methods()).forEach(output::warnPrograms);
            CostText.warnings(result.test().relativeCosts()).forEach(output::warnPrograms);
            output.print(() -> ComparisonJson.of(result).put("directory", directory.toString()));
            notes.println("Everything is in " + directory + "; begin with " + directory.resolve("comparison.md") + ".");
        }
        return ExitCodes.SUCCESS;
    }

    private void validate() {
        anchorMixin.validate();
        if (methodMixin.vectorFile() == null) {
            anchors().requireFor(ComparedVectors.needed(methodMixin.names(), null), false);
        }
        measures.validate();
    }

    private ComparedPrompts prompts(List<String> datasets, String option, PrintWriter notes) {
        return ComparedPrompts.of(selection.items(DatasetMixin.read(datasets, option, selection.reader(), notes)));
    }

    private List<EvalItem> attacks(PrintWriter notes) {
        List<PromptSet> sets = DatasetMixin.read(
                attacks.stream()
                        .map(attack -> attack.endsWith("@refuse") ? attack : attack + "@refuse")
                        .toList(),
                "--attacks",
                selection.reader(),
                notes);
        return selection.items(sets).stream()
                .filter(item -> item.expectation() == Expectation.REFUSE)
                .toList();
    }

    private ComparisonSettings settings() {
        RunOptions options = answering.options(judges.open(directory), tooLong, overlap);
        return ComparisonSettings.defaults()
                .withWriting(writing.options(methodMixin.penalty()), developmentTokens)
                .withOptions(rejudging ? options.withRejudging() : options)
                .withOtherJudges(measures.otherJudges())
                .withRule(WrongUsage.in(() -> new MatchedRefusal(harmfulRefusal)))
                .withMeasures(measures.measured())
                .withTasks(measures.tasks(selection.selection().limit()));
    }

    private Comparison with(Comparison comparison, List<String> names, ComparedSources vectors) {
        Map<String, List<Double>> said = new LinkedHashMap<>();
        strengths.forEach(option -> said.put(option.method(), option.strengths()));
        Comparison with = WrongUsage.in(() -> comparison.withMethods(
                names, vectors::said, methodMixin.check(), said, vectors.all(names, methodMixin.vectorFile())));
        Path softPrompts = methodMixin.softPromptFile();
        if (softPrompts != null) {
            with = with.withFile("soft-prompts", softPrompts);
        }
        for (Map.Entry<String, Path> anchor : anchors().files().entrySet()) {
            with = with.withFile(anchor.getKey(), anchor.getValue());
        }
        return with;
    }

    private ComparedAnchors anchors() {
        return anchorMixin.anchors(tooLong.rule, output.remarks());
    }

    private CompareReproduction reproduction(ComparedSources vectors) {
        return new CompareReproduction(
                spec,
                methodMixin.uses(),
                Math.min(developmentTokens, writing.options().decode().maxNewTokens()),
                tooLong.rule == TooLong.REFUSE,
                vectors.options());
    }

    private static void print(PrintWriter out, ComparisonResult result) {
        out.println();
        out.println(ComparisonText.plain(result.methods()));
        ComparisonText.warnings(result.methods()).forEach(warning -> out.println(warning + "\n"));
        out.println(CostText.plain(result.test().costs(), result.test().relativeCosts()));
        CostText.warnings(result.test().relativeCosts()).forEach(warning -> out.println(warning + "\n"));
        result.notes().forEach(note -> out.println("Note: " + note));
        out.flush();
    }
}
