package dev.steering.cli.commands;

import dev.steering.bench.BenchPlan;
import dev.steering.bench.BenchReport;
import dev.steering.bench.BenchSettings;
import dev.steering.bench.ReportJson;
import dev.steering.bench.ThroughputBench;
import dev.steering.bench.against.AgainstBench;
import dev.steering.bench.against.AgainstJson;
import dev.steering.bench.against.AgainstReport;
import dev.steering.bench.against.RateCommand;
import dev.steering.bench.callers.CallersBench;
import dev.steering.bench.callers.CallersJson;
import dev.steering.bench.callers.CallersReport;
import dev.steering.bench.shape.ModelShape;
import dev.steering.bench.shape.ShapeBundles;
import dev.steering.bench.workload.Task;
import dev.steering.bench.workload.Task.Case;
import dev.steering.cli.bench.AgainstText;
import dev.steering.cli.bench.BenchText;
import dev.steering.cli.bench.CallersText;
import dev.steering.cli.json.BenchJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.cli.terminal.WrongUsage;
import dev.steering.core.AtomicFiles;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.files.FileMark;
import dev.steering.export.Precision;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = {
            "Time a model against what its machine can do: reading prompts, extracting activations and writing, each",
            "unsteered, captured, and steered at every layer. Arithmetic and memory are measured in between, so that every",
            "figure is also a share of what was possible. Prompts are random tokens.",
            "",
            "Example:  steer bench llama-1b --only decode,prefill-128 --threads 2",
            "          steer bench --shape smollm-135m --dtype int4 -o figures.json",
            "          steer bench --shape smollm-135m --callers 16",
            "          steer bench llama-1b --against 'other-engine --model llama-1b.bin --tokens 32'"
        })
public final class BenchCommand implements Callable<Integer>, LongWork {
    private static final long SECONDS = 60;
    private static final FileMark KIND = FileMark.json("figures of a bench", "versions");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "BUNDLE", description = "Model bundle, as 'steer export' writes it.")
    private @Nullable Path bundle;

    @Option(
            names = "--shape",
            paramLabel = "NAME",
            description =
                    "Instead of a bundle: a model of that published shape with random weights, made on first use and kept in"
                            + " the cache.")
    private @Nullable String shape;

    @Option(names = "--list-shapes", description = "Print the shapes that there are.")
    private boolean listShapes;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            converter = ExportCommand.PrecisionConverter.class,
            description = "With --shape: fp32 (default), fp16, int8 or int4, as 'steer export' makes them.")
    private @Nullable Precision precision;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "With --shape: where models are kept; they take gigabytes. Default: steering/bench in your cache"
                            + " directory.")
    private @Nullable Path cache;

    @Option(
            names = "--threads",
            paramLabel = "N",
            converter = NumberConverters.NotNegative.class,
            description = "Threads of the model and of the machine's figures; 0 (default) for one per processor.")
    private int threads;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            description = "How often everything is timed, at least ${DEFAULT-VALUE}, the default.")
    private int repetitions = BenchSettings.LEAST_REPETITIONS;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description =
                    "What to time: prefill-128, prefill-512, extract-b1, extract-b16, extract-b64, decode-b1, decode-b16;"
                            + " prefill, extract or decode for all of these; with -captured, -steered or -steered-rows for"
                            + " that comparison alone; sweep-8x64, 512 texts at once; decode-b1-2000, behind 2,000 tokens;"
                            + " prefill-2048. Default: as much as fits into five minutes, of everything but the last three.")
    private List<String> only = new ArrayList<>();

    @Option(
            names = "--callers",
            paramLabel = "N",
            description =
                    "Time instead what N concurrent callers of one model get against one caller, at least 2: requests of 32"
                            + " random tokens and 32 new ones, every second one steered.")
    private @Nullable Integer callers;

    @Option(
            names = "--against",
            paramLabel = "COMMAND",
            description =
                    "Time by turns with a command of yours that prints its tokens per second, such as another engine, and print"
                            + " the ratio. It is run by the shell, once a repetition. What of the model is compared:"
                            + " --only, one bench; default decode-b1.")
    private @Nullable String against;

    @Option(
            names = "--against-pattern",
            paramLabel = "REGEX",
            description =
                    "With --against: a regular expression whose first group is the number, where what the command prints has"
                            + " another form than '41.5 tokens/s'; the last match counts.")
    private @Nullable String againstPattern;

    @Mixin
    private WeightsMixin weights = new WeightsMixin();

    @Mixin
    private OutputRuleMixin outputs = new OutputRuleMixin();

    @Option(names = "-o", paramLabel = "FILE", description = "Also write every figure to a JSON file.")
    private @Nullable Path file;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return "The figures are printed when all are there: begin again with the same command"
                + (shape == null ? "." : "; a model that is complete in the cache is not made again.");
    }

    @Override
    public Integer call() {
        PrintWriter out = output.text();
        if (listShapes) {
            ModelShape.names()
                    .forEach(name -> out.println(ModelShape.named(name).describe()));
            output.print(BenchJson::shapes);
            return ExitCodes.SUCCESS;
        }
        BenchSettings settings = settings();
        if (file != null) {
            outputs.rule("-o", "--cache").requireFile(file, KIND);
        }
        if (callers != null) {
            return timeCallers(settings, callers);
        }
        if (against != null) {
            return timeAgainst(settings, against);
        }
        BenchReport report =
                ThroughputBench.run(model(), settings, ProgressBar.onTerminal(), plan -> announce(settings, plan));
        BenchText.print(out, report);
        if (file != null) {
            AtomicFiles.writeText(file, ReportJson.write(report));
        }
        output.print(() -> ReportJson.tree(report));
        return ExitCodes.SUCCESS;
    }

    private int timeCallers(BenchSettings settings, int count) {
        CallersReport report = CallersBench.run(model(), settings, count, ProgressBar.onTerminal());
        CallersText.print(output.text(), report);
        if (file != null) {
            AtomicFiles.writeText(file, CallersJson.write(report));
        }
        output.print(() -> CallersJson.tree(report));
        return ExitCodes.SUCCESS;
    }

    /** Before it begins, how long it takes. */
    private void announce(BenchSettings settings, BenchPlan plan) {
        String rest = plan.leftOut().isEmpty()
                ? "."
                : "; " + plan.leftOut().size() + " more would take longer than " + settings.minutes()
                        + " minutes and are left out, --only times them.";
        OutputMixin.note(
                spec,
                "Timing " + plan.cases().size() + " benches in " + settings.repetitions() + " repetitions, about "
                        + duration(plan.seconds()) + rest);
    }

    private static String duration(double seconds) {
        long rounded = Math.max(1, Math.round(seconds));
        return rounded < 2 * SECONDS ? rounded + " seconds" : (rounded + SECONDS / 2) / SECONDS + " minutes";
    }

    private int timeAgainst(BenchSettings settings, String command) {
        BenchSettings one = only.isEmpty() ? settings.withOnly(List.of(Task.DECODE_1.label())) : settings;
        if (one.cases().stream().map(Case::plain).distinct().count() != 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--against compares one bench at a time: choose it with --only, such as decode-b1.");
        }
        RateCommand other = againstPattern == null
                ? RateCommand.of(command)
                : WrongUsage.in(() -> RateCommand.of(command, String.valueOf(againstPattern)));
        AgainstReport report = AgainstBench.run(model(), one, other, ProgressBar.onTerminal());
        AgainstText.print(output.text(), report);
        if (file != null) {
            AtomicFiles.writeText(file, ReportJson.text(AgainstJson.tree(report)));
        }
        output.print(() -> AgainstJson.tree(report));
        return ExitCodes.SUCCESS;
    }

    private BenchSettings settings() {
        if ((callers != null && against != null) || (against == null && againstPattern != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    againstPattern != null && against == null
                            ? "--against-pattern is for what --against prints: give both."
                            : "--callers and --against time different things: give one of them.");
        }
        if (callers != null && (callers < 2 || !only.isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(),
                    callers < 2
                            ? "--callers: expected at least 2, found " + callers
                            : "--only chooses what is timed without --callers: give one of them.");
        }
        try {
            BenchSettings settings =
                    BenchSettings.defaults().withRepetitions(repetitions).withWeights(weights.weights());
            if (threads > 0) {
                settings = settings.withThreads(threads);
            }
            return only.isEmpty() ? settings : settings.withOnly(only);
        } catch (SteeringException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Bundle model() {
        if ((bundle == null) == (shape == null)) {
            throw new ParameterException(
                    spec.commandLine(), "Give either a BUNDLE or --shape NAME; --list-shapes prints the shapes.");
        }
        if (bundle != null) {
            if (precision != null || cache != null) {
                throw new ParameterException(
                        spec.commandLine(), "--dtype and --cache are for --shape: a bundle is timed as it is.");
            }
            return Bundle.open(bundle);
        }
        Path directory = cache == null ? ShapeBundles.defaultDirectory() : cache;
        ShapeBundles bundles = new ShapeBundles(directory, ProgressBar.onTerminal());
        return bundles.get(
                WrongUsage.in(() -> ModelShape.named(String.valueOf(shape))),
                precision == null ? Precision.FP32 : precision);
    }
}
