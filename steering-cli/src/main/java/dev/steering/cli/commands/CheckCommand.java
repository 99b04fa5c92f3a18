package dev.steering.cli.commands;

import dev.steering.cli.json.CheckJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.LongWork;
import dev.steering.cli.terminal.ProgressBar;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.export.check.ReferenceCheck;
import dev.steering.export.check.ReferenceComparison;
import dev.steering.export.check.StatedTolerance;
import dev.steering.gradient.check.GradientCheck;
import dev.steering.model.ort.LanguageModel;
import dev.steering.model.pass.RuntimeOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code steer check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {
            "Compare a bundle with values that another implementation computed from the same checkpoint.",
            "Prints one line for each tensor and path with the largest difference: absolute, divided by the reference's",
            "largest magnitude where that exceeds 1. Greedy tokens have to be identical in fp32. In other precisions they may",
            "differ where the tolerance explains it: printed is half of how far the better token is above the reference's.",
            "A file with a soft_prompt is compared with gradients through the model: differences relative to the",
            "largest entry, and a tenth of the tolerance for losses. Exits with 1 if any fails.",
            "",
            "Example:  steer check llama-1b --against reference.safetensors"
        })
public final class CheckCommand implements Callable<Integer>, LongWork {
    @Parameters(paramLabel = "BUNDLE", description = "Model bundle.")
    private Path bundle = Path.of("");

    @Option(
            names = "--against",
            required = true,
            paramLabel = "FILE",
            description =
                    "Safetensors file with input_ids and any of: logits (or those of the last positions only), hidden_states,"
                            + " final_norm, steering_vectors,"
                            + " steered_logits, steered_hidden_states, short_input_ids, short_last_logits, greedy, ...; or with"
                            + " soft_prompt, input_ids, response_start, likelihood_loss, likelihood_soft_prompt_gradient and"
                            + " the same for unlikelihood.")
    private Path reference = Path.of("");

    @Option(
            names = "--tolerance",
            paramLabel = "D",
            description =
                    "Largest difference allowed. Default: 1e-4 for fp32; what docs/models.md states for other precisions:"
                            + " exported fp16 5e-3, int8 0.15, int4 1; instrumented 5e-2.")
    private @Nullable Double wanted;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public String kept() {
        return "Nothing is kept of a check: begin again with the same command.";
    }

    @Override
    public Integer call() {
        Bundle opened = Bundle.open(bundle);
        ReferenceCheck.Report report = report(opened, SafetensorsFile.open(reference));
        PrintWriter out = output.text();
        double tolerance = wanted == null ? StatedTolerance.of(opened.manifest()) : wanted;
        for (ReferenceComparison c : report.comparisons()) {
            out.printf(Locale.ROOT, "%-4s %-72s %s%n", verdict(c, tolerance), c.name(), difference(c));
        }
        if (!report.ignored().isEmpty()) {
            out.println("not compared: " + report.ignored());
        }
        report.notes().forEach(out::println);
        long failed =
                report.comparisons().stream().filter(c -> !c.passes(tolerance)).count();
        out.printf(
                Locale.ROOT,
                "%s: %d of %d comparisons within %.1e%n",
                failed == 0 ? "PASS" : "FAIL",
                report.comparisons().size() - failed,
                report.comparisons().size(),
                tolerance);
        output.print(() -> CheckJson.of(bundle, reference, report, tolerance));
        return report.passes(tolerance) ? ExitCodes.SUCCESS : ExitCodes.FAILURE;
    }

    private ReferenceCheck.Report report(Bundle opened, SafetensorsFile values) {
        ProgressBar progress = ProgressBar.onTerminal();
        if (GradientCheck.applies(values)) {
            progress.onProgress("comparing gradients", 0, 1);
            ReferenceCheck.Report report = GradientCheck.run(opened, values);
            progress.onProgress("comparing gradients", 1, 1);
            return report;
        }
        try (LanguageModel model = LanguageModel.open(opened, RuntimeOptions.defaults())) {
            return ReferenceCheck.run(model, values, progress);
        }
    }

    private static String verdict(ReferenceComparison c, double tolerance) {
        return c.passes(tolerance) ? "ok" : "FAIL";
    }

    private static String difference(ReferenceComparison c) {
        return switch (c.kind()) {
            case VALUES -> number(c);
            case TOKENS -> c.tokens() == 0 ? "identical" : c.tokens() + " tokens differ";
            case ROUNDED_TOKENS -> c.tokens() == 0 ? "identical" : number(c) + ", " + c.tokens() + " tokens differ";
        };
    }

    private static String number(ReferenceComparison c) {
        return String.format(Locale.ROOT, "%.2e", c.difference());
    }
}
