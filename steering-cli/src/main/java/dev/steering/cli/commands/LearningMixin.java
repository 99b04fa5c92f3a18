package dev.steering.cli.commands;

import dev.steering.cli.json.ExtractJson;
import dev.steering.cli.terminal.ShellWord;
import dev.steering.core.files.OutputRule;
import dev.steering.core.vector.Learning;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.VectorFile;
import dev.steering.core.vector.VectorQuality;
import dev.steering.extract.VectorExtractor;
import dev.steering.extract.learn.DirectionLearner;
import dev.steering.extract.learn.FrozenLayers;
import dev.steering.extract.learn.Start;
import dev.steering.extract.tune.AnchorPairs;
import dev.steering.extract.tune.TuningSettings;
import dev.steering.model.chat.ChatModel;
import dev.steering.viz.LearningCharts;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** How {@code steer extract --method optimized} learns directions by gradient. */
final class LearningMixin {
    @Mixin
    private TuningMixin tuning = new TuningMixin();

    @Mixin
    private TuningRunMixin runs = new TuningRunMixin();

    @Option(
            names = "--layers",
            paramLabel = "LAYERS",
            converter = LayerList.Converter.class,
            description =
                    "optimized: layers to learn at, one after the other; the others keep the mean difference. Default: all.")
    private @Nullable LayerList layers;

    @Option(
            names = "--start",
            paramLabel = "WHERE",
            converter = StartConverter.class,
            description = "optimized: begin at random (default: another direction for every seed) or mean-difference.")
    private Start start = Start.RANDOM;

    /** Reads the names of {@link Start}. */
    static final class StartConverter implements ITypeConverter<Start> {
        @Override
        public Start convert(String text) {
            return Arrays.stream(Start.values())
                    .filter(value -> value.label().equals(text))
                    .findFirst()
                    .orElseThrow(() ->
                            new TypeConversionException("expected random or mean-difference, found '" + text + "'"));
        }
    }

    /** An option that would be ignored is an error. */
    static void requireNone(CommandSpec spec, String method) {
        Set<String> own = new TreeSet<>();
        for (String mixin : List.of("learning", "anchors")) {
            own.addAll(Objects.requireNonNull(spec.mixins().get(mixin))
                    .optionsMap()
                    .keySet());
        }
        own.removeAll(Set.of("--harmful", "--harmless", "--column", "--too-long", "--limit", "--shuffle", "--balance"));
        if (spec.commandLine().getParseResult().hasMatchedOption("--shuffle")) {
            own.remove("--seed");
        }
        for (OptionSpec given : spec.commandLine().getParseResult().matchedOptions()) {
            if (own.contains(given.longestName())) {
                throw new ParameterException(
                        spec.commandLine(),
                        given.longestName() + " belongs to --method " + DirectionLearner.METHOD + ": " + method
                                + " would ignore it. Leave it out.");
            }
        }
    }

    /** What is kept if the learning is ended now. */
    String kept(Path output) {
        return runs.kept(output);
    }

    /** Learns, saves and reports. */
    void learn(
            ModelMixin modelMixin,
            AnchorMixin anchors,
            VectorExtractor means,
            int batch,
            Path file,
            OutputRule rule,
            OutputMixin output) {
        anchors.validate(rule);
        runs.validate(file, rule);
        TuningSettings settings = tuning.settings(DirectionLearner.defaults(), batch, 0);
        DirectionLearner learner = DirectionLearner.with(settings)
                .withStart(start)
                .withLayers(layers == null ? List.of() : layers.layers())
                .withListener(new TuningProgress(output.notes(), settings.epochs()));
        try (ChatModel model = modelMixin.open();
                FrozenLayers losses = FrozenLayers.open(model.model().bundle(), runs.gradientOptions(modelMixin))) {
            long begun = System.nanoTime();
            AnchorPairs pairs = anchors.pairs(model, DirectionLearner.need(model), rule);
            SteeringVector mean = means.extract(model, pairs.prompts());
            SteeringVector vector = learner.withRun(runs.begin(file)).learn(model, losses, pairs, mean);
            VectorFile.write(file, vector, rule);
            double seconds = (System.nanoTime() - begun) / 1e9;
            Learning.Layer best = print(output.text(), file, vector, seconds);
            VectorQuality.remarks(vector).forEach(output::warn);
            Path charts = runs.charts();
            List<Path> drawn =
                    charts == null ? List.of() : LearningCharts.of(vector).write(charts);
            drawn.forEach(output.text()::println);
            output.print(() -> ExtractJson.learned(file, vector, seconds, drawn));
            PrintWriter notes = output.notes();
            boolean kept = vector.requirePrompts().kept() != null;
            notes.println("Next: steer layers " + ShellWord.quoted(file) + " --model "
                    + modelMixin.again() + " --layers " + best.layer()
                    + " --scale raw --alpha 1" + (kept ? "" : anchors.promptOptions()));
            notes.println(
                    "The layer is that with the lowest held-out loss, the strength that of the learning: 'steer sweep'"
                            + " finds better ones by what the model refuses.");
        }
        runs.end(file);
    }

    /** Returns the layer whose learned direction does most. */
    private static Learning.Layer print(PrintWriter out, Path output, SteeringVector vector, double seconds) {
        Learning learning = vector.learning();
        if (learning == null) {
            throw new IllegalStateException("nothing was learned");
        }
        int pairs =
                learning.anchors().values().stream().mapToInt(Integer::intValue).sum();
        out.printf(
                Locale.ROOT,
                "%s: learned from %d anchor pairs, %s; %d gradient steps over %d tokens; %.1f s here%n",
                output,
                pairs,
                vector.provenance().modelName(),
                learning.cost().steps(),
                learning.cost().gradientTokens(),
                seconds);
        out.printf(
                "%5s  %8s  %22s  %15s  %15s  %15s%n",
                "layer", "norm", "cosine with mean diff.", "loss: no vector", "mean difference", "learned");
        for (Learning.Layer layer : learning.layers()) {
            out.printf(
                    Locale.ROOT,
                    "%5d  %8.4f  %22.3f  %15.4f  %15.4f  %15.4f  epoch %d of %d, %s%n",
                    layer.layer(),
                    vector.directions().norm(layer.layer()),
                    layer.cosine(),
                    layer.unsteeredLoss(),
                    layer.meanDifferenceLoss(),
                    layer.learnedLoss(),
                    layer.curve().best(),
                    layer.curve().epochs().size() - 1,
                    TuningProgress.words(layer.curve().ending()));
        }
        out.println("Losses are of the held-out anchors, at that layer alone, strength 1 (raw).");
        if (learning.layers().size() < vector.layers()) {
            out.println("The other layers keep the mean difference.");
        }
        return learning.best();
    }
}
