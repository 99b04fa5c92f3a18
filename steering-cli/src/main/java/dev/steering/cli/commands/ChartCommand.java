package dev.steering.cli.commands;

import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.Remedies;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.viz.LayerCharts;
import dev.steering.viz.LearningCharts;
import dev.steering.viz.TuningChart;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code steer chart}. */
@Command(
        name = "chart",
        mixinStandardHelpOptions = true,
        description = {
            "Draw a vector's layer charts as PNG and SVG: refusal-token score with the chosen layers shaded, direction",
            "norm, cosine between layers, separability, and top tokens per layer, and how directions were learned;",
            "or the losses of tuned soft prompts.",
            "Needs no model.",
            "",
            "Example:  steer chart refusal.safetensors -o charts"
        })
public final class ChartCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "Vector or soft-prompt file.")
    private Path vector = Path.of("");

    @Option(names = "-o", required = true, paramLabel = "DIR", description = "Directory for the pictures.")
    private Path directory = Path.of("");

    @Override
    public Integer call() {
        OutputMixin.rule(spec, false, "-o").requireDirectory(directory, List.of());
        if (SoftPromptFile.holdsSoftPrompts(vector)) {
            TuningChart.of(SoftPromptFile.read(vector))
                    .write(directory)
                    .forEach(spec.commandLine().getOut()::println);
            return ExitCodes.SUCCESS;
        }
        SteeringVector read = VectorFile.read(vector);
        LayerCharts.Written written = LayerCharts.of(read).write(directory);
        PrintWriter out = spec.commandLine().getOut();
        if (read.learning() != null) {
            LearningCharts.of(read).write(directory).forEach(out::println);
        }
        written.files().forEach(out::println);
        PrintWriter err = spec.commandLine().getErr();
        written.skipped()
                .forEach(s ->
                        err.println("skipped " + s.chart() + ": " + Remedies.message(s.reason() + ".", s.remedy())));
        return ExitCodes.SUCCESS;
    }
}
