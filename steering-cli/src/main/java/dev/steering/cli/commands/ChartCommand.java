package dev.steering.cli.commands;

import dev.steering.cli.json.ChartJson;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.Remedies;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.viz.LayerCharts;
import dev.steering.viz.LearningCharts;
import dev.steering.viz.TuningChart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
            "norm, cosine between layers, separability, how sure one can be of each layer, and top tokens per layer, and how",
            "directions were learned;",
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

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        output.rule("-o").requireDirectory(directory, List.of());
        List<Path> files = new ArrayList<>();
        List<LayerCharts.Skipped> skipped = new ArrayList<>();
        if (!VectorFiles.isOfOtherTool(vector) && SoftPromptFile.holdsSoftPrompts(vector)) {
            files.addAll(TuningChart.of(SoftPromptFile.read(vector)).write(directory));
        } else {
            SteeringVector read = GivenVector.read(vector, 0, spec);
            LayerCharts.Written written = LayerCharts.of(read).write(directory);
            if (read.learning() != null) {
                files.addAll(LearningCharts.of(read).write(directory));
            }
            files.addAll(written.files());
            skipped.addAll(written.skipped());
        }
        files.forEach(output.text()::println);
        skipped.forEach(
                s -> output.warn("skipped " + s.chart() + ": " + Remedies.message(s.reason() + ".", s.remedy())));
        output.print(() -> ChartJson.of(vector, files, skipped));
        return ExitCodes.SUCCESS;
    }
}
