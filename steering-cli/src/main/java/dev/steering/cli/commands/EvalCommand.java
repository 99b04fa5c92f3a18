package dev.steering.cli.commands;

import dev.steering.apply.Method;
import dev.steering.apply.MethodName;
import dev.steering.apply.MethodSettings;
import dev.steering.apply.Methods;
import dev.steering.cli.evaluation.Evaluation;
import dev.steering.cli.evaluation.Fingerprints;
import dev.steering.cli.evaluation.OutputDirectory;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.eval.dataset.EvalItem;
import dev.steering.eval.judge.ExchangeJudge;
import dev.steering.eval.report.CostText;
import dev.steering.eval.report.EvalSummary;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.report.UtilityText;
import dev.steering.eval.run.AnswerRow;
import dev.steering.eval.run.CostRounds;
import dev.steering.eval.sweep.SeparateSplits;
import dev.steering.eval.utility.Perplexity;
import dev.steering.eval.utility.Utility;
import dev.steering.model.chat.ChatModel;
import dev.steering.model.decode.GenerationOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
public final class EvalCommand implements Callable<Integer> {
    private static final int MOST_CHARTED = 8;
    private static final int COST_TOKENS = 32;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private ModelOptions modelOptions = new ModelOptions();

    @Mixin
    private MethodOptions methodOptions = new MethodOptions();

    @Mixin
    private DatasetOptions datasets = new DatasetOptions();

    @Mixin
    private SelectionOptions selection = new SelectionOptions();

    @Mixin
    private JudgeChoice judges = new JudgeChoice();

    @Option(names = "-o", required = true, paramLabel = "DIR", description = "Directory for everything it makes.")
    private Path directory = Path.of("");

    @Mixin
    private AnsweringOptions answering = new AnsweringOptions();

    @Mixin
    private GreedyOptions writing = new GreedyOptions();

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

    @Override
    public Integer call() {
        List<String> names = methodOptions.names();
        validate(names);
        PrintWriter out = spec.commandLine().getOut();
        List<EvalItem> items = selection.selection().of(datasets.read(out));
        SeparateSplits.requireBothSides(items, "evaluated");
        String text = perplexity == null ? null : readText(perplexity);
        ProgressListener progress = ProgressBar.onTerminal();
        try (ChatModel model = modelOptions.open()) {
            MethodSettings settings = methodOptions.settings(model, selection.seed());
            List<Method> methods = methods(model, writing.options(), settings, names);
            OutputDirectory.create(directory);
            ExchangeJudge judge = judges.open(directory);
            Evaluation evaluation =
                    new Evaluation(directory, model, answering.system, items, answering.batch, judge, progress);
            Evaluation.Outcome outcome = evaluation.run(settings(model), methods);
            Map<String, Utility> utilities = utilities(evaluation, outcome, settings, names, text);
            List<Method> brief =
                    methods(model, writing.options(Math.min(writing.maxNewTokens(), COST_TOKENS)), settings, names);
            Map<String, CostRounds.Measured> costs = evaluation.costs(brief, costRounds);
            evaluation.write(outcome, methods, utilities, costs);
            print(out, outcome, utilities, costs);
            if (methods.size() <= MOST_CHARTED) {
                evaluation.chart(outcome).write(directory.resolve("charts"));
            } else {
                out.println("No chart: it holds " + MOST_CHARTED + " methods at most.");
            }
            out.println("Everything is in " + directory + ".");
        }
        return ExitCodes.SUCCESS;
    }

    private void validate(List<String> names) {
        methodOptions.validate();
        judges.validate();
        if (divergence && !names.get(0).equals(MethodName.DEFAULT.toString())) {
            throw new SteeringException(
                    "--kl compares with the unsteered model: name default first in --methods, found " + names + ".");
        }
        if (window != null && perplexity == null) {
            throw new SteeringException("--window belongs to --perplexity: give a text, or leave it out.");
        }
        if (window != null && window < 2) {
            throw new SteeringException("--window must be at least 2, found " + window + ".");
        }
    }

    private static List<Method> methods(
            ChatModel model, GenerationOptions options, MethodSettings settings, List<String> names) {
        Methods methods = Methods.with(model, options, settings);
        return names.stream().map(methods::create).toList();
    }

    /** What answers depend on, beside methods and prompts. */
    private Map<String, String> settings(ChatModel model) {
        Map<String, String> settings = new LinkedHashMap<>();
        Fingerprints.model(settings, model, answering.system);
        Path vector = methodOptions.vectorFile();
        if (vector != null) {
            settings.put("vector", Fingerprints.file(vector));
        }
        Path softPrompts = methodOptions.softPromptFile();
        if (softPrompts != null) {
            settings.put("soft-prompts", Fingerprints.file(softPrompts));
        }
        writing.put(settings);
        return settings;
    }

    private Map<String, Utility> utilities(
            Evaluation evaluation,
            Evaluation.Outcome outcome,
            MethodSettings settings,
            List<String> names,
            @Nullable String text) {
        if (!divergence && text == null) {
            return Map.of();
        }
        ChatModel model = evaluation.model();
        int size = Math.min(window == null ? 512 : window, model.manifest().context());
        Perplexity windows = text == null ? null : Perplexity.of(model, text, size);
        List<AnswerRow> answers = divergence ? outcome.harmlessAnswers(names.get(0)) : List.of();
        List<Method> reading = methods(model, writing.options(Math.max(writing.maxNewTokens(), size)), settings, names);
        return evaluation.utility(reading, answers, windows);
    }

    private static String readText(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new SteeringException("There is no file " + file + ": --perplexity expects a UTF-8 text.");
        }
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new SteeringException("Cannot read " + file + " as UTF-8 text: " + e + ".", e);
        }
    }

    private static void print(
            PrintWriter out,
            Evaluation.Outcome outcome,
            Map<String, Utility> utilities,
            Map<String, CostRounds.Measured> costs) {
        EvalSummary summary = outcome.summary();
        out.println();
        out.println(SummaryText.plain(summary));
        if (!summary.comparisons().isEmpty()) {
            out.println(SummaryText.comparisonsPlain(summary));
        }
        out.println(CostText.plain(outcome.costs(), costs));
        if (!utilities.isEmpty()) {
            out.println(UtilityText.plain(utilities));
        }
        out.flush();
    }
}
