package dev.steering.cli.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.apply.Methods;
import dev.steering.cli.charts.SummaryChart;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.SteeringException;
import dev.steering.eval.Evaluation;
import dev.steering.eval.EvaluationJson;
import dev.steering.eval.EvaluationResult;
import dev.steering.eval.RunOptions;
import dev.steering.eval.compare.ComparedPrompts;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.report.Breakdown;
import dev.steering.eval.report.CostText;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.report.JudgesText;
import dev.steering.eval.report.SeedBand;
import dev.steering.eval.report.SeedBandText;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.UtilityText;
import dev.steering.eval.store.OutputDirectory;
import dev.steering.eval.sweep.SeparateSplits;
import dev.steering.model.chat.ChatModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code steer eval}. */
@Command(
        name = "eval",
        mixinStandardHelpOptions = true,
        description = {
            "Compare methods on prompt sets, both sides of safety side by side: refusals with intervals,",
            "paired tests, cost per token, and what each method does to the model's language.",
            "Greedy decoding. A run that was killed goes on where it was when the same command is given",
            "again, and ends in the same bytes.",
            "",
            "Example:  steer eval --model llama-1b --vector refusal.safetensors \\",
            "              --methods default,prompt,scans,self-cd \\",
            "              --dataset xstest_v2_prompts.csv --dataset OKTest.csv -o evaluation"
        })
public final class EvalCommand implements Callable<Integer>, LongWork {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelMixin modelMixin = new ModelMixin();

    @Mixin
    private MethodMixin methodMixin = new MethodMixin();

    @Mixin
    private DatasetMixin datasets = new DatasetMixin();

    @Mixin
    private SelectionMixin selection = new SelectionMixin();

    @Mixin
    private JailbreakMixin jailbreaks = new JailbreakMixin();

    @Mixin
    private TooLongMixin tooLong = new TooLongMixin();

    @Mixin
    private OverlapMixin overlap = new OverlapMixin();

    @Mixin
    private JudgeChoice judges = new JudgeChoice();

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
            names = "--random-seeds",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description =
                    "Draw random directions with N seeds, from --seed on, each a method of its own (random#0, random#1, ...), and"
                            + " report their distribution: what any direction of that size does. Default: 1.")
    private int randomSeeds = 1;

    @Option(
            names = "--kl",
            description = "Measure the divergence from the unsteered model along its own answers to harmless prompts.")
    private boolean divergence;

    @Option(names = "--perplexity", paramLabel = "FILE", description = "Measure the perplexity of this UTF-8 text.")
    private @Nullable Path perplexity;

    @Option(
            names = "--window",
            paramLabel = "N",
            converter = NumberConverters.Positive.class,
            description = "Tokens of a window of that text. Default: 512, or the model's context.")
    private @Nullable Integer window;

    @Option(
            names = "--cost-rounds",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description =
                    "Rounds in which every method answers the same few prompts, to measure its cost per token relative"
                            + " to the first; 0 for none. Default: 5.")
    private int costRounds = 5;

    @Option(
            names = "--by",
            split = ",",
            paramLabel = "type|category",
            converter = ByConverter.class,
            description =
                    "Also print refusals per type or category of the prompts, as their files name them; by-type.csv and"
                            + " by-category.csv have them wherever files do.")
    private List<Breakdown.By> by = List.of();

    @Mixin
    private OutputMixin output = new OutputMixin();

    /** Reads the names of {@link Breakdown.By}. */
    static final class ByConverter implements ITypeConverter<Breakdown.By> {
        @Override
        public Breakdown.By convert(String text) {
            return Arrays.stream(Breakdown.By.values())
                    .filter(value -> value.label().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("expected type or category, found '" + text + "'"));
        }
    }

    @Override
    public String kept() {
        return "The answers so far are kept in " + directory + ": the same command goes on from there.";
    }

    @Override
    public Integer call() {
        List<String> names = methodMixin.names();
        validate(names);
        output.rule("-o").requireDirectory(directory, Evaluation.FILES);
        PrintWriter notes = output.notes();
        List<EvalItem> items = jailbreaks
                .evaluated(ComparedPrompts.of(selection.items(datasets.read(selection.reader(), notes))))
                .items();
        // Said before the model is opened, which may take long.
        requireKinds(items);
        SeparateSplits.requireBothSides(items, "evaluated");
        try (JudgeChoice.Open judge = judges.open(directory.resolve(JudgeChoice.CACHE))) {
            Evaluation evaluation = evaluation(items, judge);
            try (ChatModel model = modelMixin.open()) {
                output.remarks()
                        .controlTokens(
                                model,
                                answering.system,
                                items.stream().map(EvalItem::asked).toList());
                EvaluationResult result = evaluation
                        .withMethods(methodMixin.source(names, selection.seed(), randomSeeds, answering.system))
                        .run(model, directory);
                print(output.text(), result);
                SummaryChart.of(result).write(directory.resolve("charts"));
                OutputDirectory.requireThere(result.files());
                GivenCommand.keep(spec, directory);
                SummaryText.warnings(result.summary()).forEach(output::warnPrograms);
                CostText.warnings(result.relativeCosts()).forEach(output::warnPrograms);
                breakdowns(result).forEach(groups -> output.text().println(groups.toText()));
                output.print(() -> toJson(result));
                notes.println("Everything is in " + directory + ".");
            }
        }
        return ExitCodes.SUCCESS;
    }

    /** Those asked for. */
    private List<Breakdown> breakdowns(EvaluationResult result) {
        return by.stream()
                .distinct()
                .map(one -> Breakdown.of(result.rows(), one))
                .filter(groups -> !groups.isEmpty())
                .toList();
    }

    private ObjectNode toJson(EvaluationResult result) {
        ObjectNode node = EvaluationJson.of(result);
        if (!by.isEmpty()) {
            ArrayNode all = node.putArray("breakdown");
            breakdowns(result).forEach(groups -> groups.toJson().forEach(all::add));
        }
        return node;
    }

    private void requireKinds(List<EvalItem> items) {
        for (Breakdown.By one : by) {
            boolean named = items.stream()
                    .map(item -> item.asked().kind())
                    .anyMatch(kind -> (one == Breakdown.By.TYPE ? kind.type() : kind.category()) != null);
            if (!named) {
                throw new WrongUsage("--by " + one.label() + " has nothing to group by: none of the files names a "
                        + one.label() + " of its prompts. Name such a column '" + one.label() + "', or leave it out.");
            }
        }
    }

    private void validate(List<String> names) {
        methodMixin.validate();
        judges.validate();
        if (randomSeeds > 1 && names.stream().noneMatch(EvalCommand::isRandom)) {
            throw new WrongUsage("--random-seeds belongs to the method random, which is not among " + names + ".");
        }
        if (divergence && !names.get(0).equals("default")) {
            throw new WrongUsage(
                    "--kl compares with the unsteered model: name default first in --methods, found " + names + ".");
        }
        if (window != null && perplexity == null) {
            throw new WrongUsage("--window belongs to --perplexity: give a text, or leave it out.");
        }
        if (window != null && window < 2) {
            throw new WrongUsage("--window must be at least 2, found " + window + ".");
        }
    }

    private static boolean isRandom(String name) {
        return name.split(Methods.VECTOR_MARK, 2)[0].equals("random");
    }

    /** What is asked for, but for the methods: they need the model. */
    private Evaluation evaluation(List<EvalItem> items, JudgeChoice.Open judge) {
        RunOptions options = answering.options(judge, tooLong, overlap);
        Evaluation evaluation = Evaluation.of(items)
                .withWriting(writing.options(methodMixin.penalty()))
                .withOptions(rejudging ? options.withRejudging() : options)
                .withCostRounds(costRounds);
        Path vector = methodMixin.vectorFile();
        if (vector != null) {
            evaluation = evaluation.withFile("vector", vector);
        }
        Path softPrompts = methodMixin.softPromptFile();
        if (softPrompts != null) {
            evaluation = evaluation.withFile("soft-prompts", softPrompts);
        }
        if (divergence) {
            evaluation = evaluation.withDivergence();
        }
        if (perplexity == null) {
            return evaluation;
        }
        String text = readText(perplexity);
        return window == null ? evaluation.withPerplexity(text) : evaluation.withPerplexity(text, window);
    }

    static String readText(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new SteeringException("There is no file " + file + ": --perplexity expects a UTF-8 text.");
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new SteeringException("Cannot read " + file + " as UTF-8 text: " + e + ".", e);
        }
    }

    private static void print(PrintWriter out, EvaluationResult result) {
        EvalSummary summary = result.summary();
        out.println();
        out.println(SummaryText.plain(summary));
        SummaryText.warnings(summary).forEach(warning -> out.println(warning + "\n"));
        if (!summary.comparisons().isEmpty()) {
            out.println(SummaryText.comparisonsPlain(summary));
        }
        List<SeedBand> bands = SeedBand.of(summary);
        if (!bands.isEmpty()) {
            out.println(SeedBandText.plain(bands));
        }
        if (result.judges().isSeveral()) {
            out.println(JudgesText.plain(result.judges()));
        }
        out.println(CostText.plain(result.costs(), result.relativeCosts()));
        CostText.warnings(result.relativeCosts()).forEach(warning -> out.println(warning + "\n"));
        if (!result.utilities().isEmpty()) {
            out.println(UtilityText.plain(result.utilities()));
        }
        result.notes().forEach(note -> out.println("Note: " + note));
        out.flush();
    }
}
