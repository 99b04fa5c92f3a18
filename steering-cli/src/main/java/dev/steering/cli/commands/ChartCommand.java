package dev.steering.cli.commands;

import dev.steering.cli.charts.ComparisonChart;
import dev.steering.cli.charts.RunCharts;
import dev.steering.cli.json.ChartJson;
import dev.steering.cli.report.ReportInputs;
import dev.steering.cli.terminal.ExitCodes;
import dev.steering.cli.terminal.Remedies;
import dev.steering.core.BadRequest;
import dev.steering.core.softprompt.SoftPromptFile;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.VectorFiles;
import dev.steering.eval.saved.SavedCurves;
import dev.steering.viz.Chart;
import dev.steering.viz.ChartLook;
import dev.steering.viz.ChartWindow;
import dev.steering.viz.LayerCharts;
import dev.steering.viz.LearningCharts;
import dev.steering.viz.TuningChart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
            "Draw a vector's layer charts as PNG, SVG and PDF, with their numbers as CSV: refusal-token score with the chosen",
            "layers shaded, direction norm, cosine between layers, separability, how sure one can be of each layer, top tokens",
            "per layer, and how directions were learned; or the losses of tuned soft prompts; or the directory of an",
            "evaluation, a sweep or a comparison: refusals of methods, against strength and layers, and each other.",
            "Needs no model.",
            "",
            "Example:  steer chart refusal.safetensors -o charts --size column --no-title"
        })
public final class ChartCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE|DIR", description = "Vector or soft-prompt file, or directory of a run.")
    private Path vector = Path.of("");

    @Option(names = "-o", required = true, paramLabel = "DIR", description = "Directory for the pictures.")
    private Path directory = Path.of("");

    @Mixin
    private ChartLookMixin look = new ChartLookMixin();

    @Option(
            names = "--show",
            description = "Also open a window with the charts, where there is a display, until it is closed.")
    private boolean show;

    @Mixin
    private OutputMixin output = new OutputMixin();

    @Override
    public Integer call() {
        output.rule("-o").requireDirectory(directory, List.of());
        ChartLook chosen = look.look();
        if (show) {
            ChartWindow.requireDisplay();
        }
        List<LayerCharts.Skipped> skipped = new ArrayList<>();
        Map<Path, List<Chart>> charts = new LinkedHashMap<>();
        if (Files.isDirectory(vector)) {
            runs(charts);
        } else if (!VectorFiles.isOfOtherTool(vector) && SoftPromptFile.holdsSoftPrompts(vector)) {
            charts.put(directory, List.of(TuningChart.of(SoftPromptFile.read(vector))));
        } else {
            SteeringVector read = GivenVector.read(vector, 0, spec);
            LayerCharts layers = LayerCharts.of(read);
            List<Chart> all = new ArrayList<>(
                    read.learning() == null
                            ? List.of()
                            : LearningCharts.of(read).all());
            all.addAll(layers.all());
            charts.put(directory, all);
            skipped.addAll(layers.skipped());
        }
        List<Path> files = new ArrayList<>();
        charts.forEach((place, drawn) ->
                drawn.forEach(chart -> files.addAll(chart.withLook(chosen).write(place))));
        files.forEach(output.text()::println);
        skipped.forEach(
                s -> output.warn("skipped " + s.chart() + ": " + Remedies.message(s.reason() + ".", s.remedy())));
        output.text().flush();
        output.print(() -> ChartJson.of(vector, files, skipped));
        if (show) {
            ChartWindow.show(
                    "steer chart " + vector,
                    charts.values().stream().flatMap(List::stream).toList());
        }
        return ExitCodes.SUCCESS;
    }

    /** Several runs have charts of the same names: each gets a directory of its own. */
    private void runs(Map<Path, List<Chart>> charts) {
        SavedCurves curves = SavedCurves.find(vector);
        if (curves != null) {
            charts.put(directory, ComparisonChart.of(curves));
        }
        ReportInputs read = ReportInputs.read(List.of(vector), path -> GivenVector.read(path, 0, spec));
        read.runs()
                .forEach(run -> charts.put(
                        read.runs().size() == 1 && charts.isEmpty()
                                ? directory
                                : directory.resolve(
                                        String.valueOf(Path.of(run.name()).getFileName())),
                        RunCharts.of(run)));
        if (charts.isEmpty()) {
            throw new BadRequest(vector
                    + " holds no finished run to draw: expected what 'steer eval', 'steer sweep' or 'steer compare' has written."
                    + " Name a vector file to draw that.");
        }
    }
}
