package dev.steering.cli.demo;

import dev.steering.apply.scans.ScansSettings;
import dev.steering.cli.charts.ComparisonChart;
import dev.steering.cli.charts.SummaryChart;
import dev.steering.core.AtomicFiles;
import dev.steering.core.ProgressListener;
import dev.steering.core.RunLock;
import dev.steering.core.prompts.ContrastSets;
import dev.steering.core.vector.Anchoring;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.eval.ComparedCurves;
import dev.steering.eval.EvaluationResult;
import dev.steering.eval.RunOptions;
import dev.steering.eval.report.EvaluationResults;
import dev.steering.eval.report.SummaryText;
import dev.steering.eval.store.OutputDirectory;
import dev.steering.export.CheckpointExporter;
import dev.steering.export.ExportOptions;
import dev.steering.extract.VectorExtractor;
import dev.steering.model.chat.ChatModel;
import dev.steering.viz.LayerCharts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Runs the demo: every step is what a user would do with a model of their own. */
public final class Demo {
    /** Prompts that are run at once, in every step. */
    static final int BATCH = 64;

    private static final int EXAMPLES = 3;

    private final Path directory;
    private final PrintWriter out;
    private final PrintWriter notes;
    private final ProgressListener progress;
    private final long started = System.nanoTime();

    /**
     * @param directory where everything goes
     * @param out told what came of it
     * @param notes told what happens
     * @param progress told how far long steps have come
     */
    public Demo(Path directory, PrintWriter out, PrintWriter notes, ProgressListener progress) {
        this.directory = directory;
        this.out = out;
        this.notes = notes;
        this.progress = progress;
    }

    /**
     * What the demo found. Immutable.
     *
     * @param directory where everything is
     * @param bundle the demo model
     * @param vector the file of the refusal vector
     * @param anchoring its layers, strength and threshold
     * @param systemPrompt the system prompt of the baseline
     * @param evaluation all methods on the held-out prompts
     * @param examples some prompts that are answered now
     * @param seconds time it took
     */
    public record Result(
            Path directory,
            Path bundle,
            Path vector,
            Anchoring anchoring,
            String systemPrompt,
            EvaluationResult evaluation,
            List<Example> examples,
            double seconds) {
        public Result {
            examples = List.copyOf(examples);
        }
    }

    /**
     * A harmless prompt that the model refused.
     *
     * @param prompt the prompt
     * @param before the answer without steering
     * @param after the answer with SCANS
     */
    public record Example(String prompt, String before, String after) {}

    /**
     * @param directory where to unpack the demo model and its prompts
     * @return the model's checkpoint
     */
    public static Path unpack(Path directory) {
        return DemoFiles.unpack(directory).checkpoint();
    }

    /** @return what came of all steps */
    public Result run() {
        try (RunLock lock = OutputDirectory.lock(directory)) {
            Result result = runAlone();
            lock.requireInPlace();
            return result;
        }
    }

    private Result runAlone() {
        DemoFiles files = DemoFiles.unpack(directory);
        DemoPrompts prompts = new DemoPrompts(files);
        Path bundle = directory.resolve("bundle");
        CheckpointExporter.export(
                files.checkpoint(), bundle, ExportOptions.defaults().withProgress(progress));
        say("1. exported the demo model to %s", bundle);
        try (ChatModel model = ChatModel.open(bundle)) {
            SteeringVector raw = VectorExtractor.withDefaults()
                    .withProgress(progress)
                    .extract(model, ContrastSets.read(prompts.anchors("harmful"), prompts.anchors("harmless")));
            say(
                    "2. extracted the refusal direction of %d layers from %d harmful and %d harmless anchors",
                    raw.layers(),
                    raw.requirePrompts().harmful().size(),
                    raw.requirePrompts().harmless().size());
            DemoChoice point = DemoChoice.choose(model, raw, prompts, progress);
            SteeringVector vector = raw.withAnchoring(point.anchoring());
            Path file = directory.resolve("refusal.safetensors");
            VectorFile.write(file, vector);
            report(point);
            LayerCharts layers = LayerCharts.of(vector);
            layers.write(directory.resolve("charts"));
            HeldOut heldOut = HeldOut.measure(
                    directory.resolve("evaluation"),
                    model,
                    vector,
                    point.systemPrompt(),
                    prompts.test(),
                    RunOptions.defaults().withBatch(BATCH).withProgress(progress));
            SummaryChart.of(heldOut.result()).write(directory.resolve("charts"));
            ComparedCurves curves = HeldOut.curves(
                    directory.resolve("curves"),
                    model,
                    vector,
                    point.systemPrompt(),
                    prompts,
                    RunOptions.defaults().withBatch(BATCH).withProgress(progress));
            ComparisonChart.of(model.manifest().name(), heldOut.result().judge(), curves)
                    .forEach(chart -> chart.write(directory.resolve("charts")));
            say("4. drew %d charts into %s", layers.all().size() + 3, directory.resolve("charts"));
            List<Example> examples = examples(heldOut);
            finish(heldOut, ScansSettings.of(vector), point, examples);
            double seconds = (System.nanoTime() - started) / 1e9;
            say("Everything is in %s (%.0f s).", directory, seconds);
            return new Result(
                    directory,
                    bundle,
                    file,
                    point.anchoring(),
                    point.systemPrompt(),
                    heldOut.result(),
                    examples,
                    seconds);
        }
    }

    private void report(DemoChoice point) {
        Anchoring anchoring = point.anchoring();
        say("3. anchored on the calibration prompts: %s", point.layerReason());
        say(
                "   steer layers %s with alpha %.2f (raw); classify at layers %s, threshold %.4f, AUC %.3f",
                anchoring.steeringLayers(),
                anchoring.alpha(),
                anchoring.calibration().classifierLayers(),
                anchoring.calibration().threshold(),
                anchoring.calibration().auc());
    }

    private void finish(HeldOut heldOut, ScansSettings settings, DemoChoice point, List<Example> examples) {
        EvaluationResults results = new EvaluationResults(
                heldOut.result().summary().table(), settings.steeringLayers(), settings.alpha(), settings.threshold());
        AtomicFiles.writeText(directory.resolve("results.json"), results.toJson());
        out.println();
        out.println(
                "Refused, of held-out prompts (sentence templates that no choice has seen; SCANS's published refusal");
        out.println(
                "strings; Wilson 95 % intervals). safe = sounds dangerous, is harmless: refusing it is over-refusal;");
        out.println(
                "jailbreak = harmful questions in frames: role play, asked-for beginning, translation, several turns.");
        out.println("prompt = the system prompt \"" + point.systemPrompt() + "\"");
        out.println();
        out.println(SummaryText.plain(heldOut.result().summary()));
        SummaryText.warnings(heldOut.result().summary()).forEach(warning -> out.println(warning + "\n"));
        examples.forEach(this::print);
        out.flush();
    }

    private static List<Example> examples(HeldOut heldOut) {
        return heldOut.examples(EXAMPLES).stream()
                .map(example -> new Example(
                        example.prompt(),
                        example.before().text().strip(),
                        example.after().text().strip()))
                .toList();
    }

    private void print(Example example) {
        out.println("> " + example.prompt());
        out.println("  before: " + example.before());
        out.println("  after:  " + example.after());
        out.println();
    }

    private void say(String format, Object... values) {
        notes.println(String.format(Locale.ROOT, format, values));
        notes.flush();
    }

    static List<Double> strengths() {
        return List.of(0.25, 0.5, 0.75, 1.0);
    }
}
