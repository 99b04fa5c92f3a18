package dev.steering.cli.inspect;

import dev.steering.core.bundle.BundleManifest;
import dev.steering.core.bundle.GraphSignature;
import dev.steering.core.bundle.GraphSignature.Cache;
import dev.steering.core.bundle.GraphSignature.CacheMode;
import dev.steering.core.vector.Calibration;
import dev.steering.core.vector.LayerStatistics;
import dev.steering.core.vector.Provenance;
import dev.steering.export.graph.OnnxFile;
import dev.steering.export.inspect.BundleInspection;
import dev.steering.export.inspect.CheckpointInspection;
import dev.steering.export.inspect.FileFact;
import dev.steering.export.inspect.GraphInspection;
import dev.steering.export.inspect.Inspection;
import dev.steering.export.inspect.PromptFacts;
import dev.steering.export.inspect.Steering;
import dev.steering.export.inspect.VectorInspection;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An inspection as aligned lines for people. */
public final class InspectText {
    private static final int TOP_OPERATORS = 12;

    private final FactLines lines;

    private InspectText(FactLines lines) {
        this.lines = lines;
    }

    /**
     * @param out where to print
     * @param inspection what to print
     */
    public static void print(PrintWriter out, Inspection inspection) {
        InspectText text = new InspectText(new FactLines(out));
        if (inspection instanceof BundleInspection bundle) {
            text.bundle(bundle);
        } else if (inspection instanceof CheckpointInspection checkpoint) {
            text.checkpoint(checkpoint);
        } else if (inspection instanceof GraphInspection graph) {
            text.graph(graph);
        } else if (inspection instanceof VectorInspection vector) {
            text.vector(vector);
        }
        Steering steering = inspection.steering();
        String answer = steering.answer() == Steering.Answer.IS_VECTOR ? "" : FactLines.words(steering.answer()) + ": ";
        text.lines.line("steering", answer + steering.detail());
        if (steering.next() != null) {
            text.lines.command("next", steering.next());
        }
    }

    private void bundle(BundleInspection bundle) {
        BundleManifest manifest = bundle.manifest();
        lines.line("bundle", bundle.path().toString());
        lines.line("model", manifest.name() + ": " + manifest.architecture() + ", arithmetic " + manifest.dtype());
        lines.line(
                "sizes",
                manifest.layers() + " layers (" + manifest.points() + " points), hidden " + manifest.hidden()
                        + ", vocabulary " + manifest.vocabulary() + ", context " + manifest.context());
        signature(manifest.signature());
        lines.line(
                "head",
                manifest.head() != null
                        ? manifest.head().tensor() + " in " + manifest.head().file()
                        : String.valueOf(manifest.headGraph()));
        lines.line(
                "token ids",
                "begin "
                        + (manifest.beginToken() == null
                                ? "none"
                                : manifest.beginToken().toString()) + ", end "
                        + (manifest.endTokens().isEmpty() ? "none" : joined(manifest.endTokens())));
        prompts(bundle.prompts());
        lines.line("files", files(bundle.files()));
        lines.line("fingerprint", manifest.fingerprint());
    }

    private void signature(GraphSignature signature) {
        lines.line(
                "inputs",
                signature.inputs().stream()
                        .map(input -> input.name() + " " + input.type() + " of rank " + input.rank() + " ("
                                + FactLines.words(input.role()) + ")")
                        .collect(Collectors.joining(", ")));
        lines.line("outputs", signature.logits() + " (logits)");
        Cache cache = signature.cache();
        lines.line(
                "cache",
                cache.mode() == CacheMode.NONE
                        ? "none"
                        : FactLines.words(cache.mode()) + ", " + cache.entries().size() + " tensors such as "
                                + cache.entries().get(0).past() + " "
                                + cache.entries().get(0).type() + " "
                                + cache.entries().get(0).shape());
        lines.line("padding", FactLines.words(signature.padding()));
    }

    private void checkpoint(CheckpointInspection checkpoint) {
        CheckpointInspection.Config config = checkpoint.config();
        lines.line("checkpoint", checkpoint.path().toString());
        lines.line("model", or(config.modelType(), "of an unknown type") + " (" + or(config.architecture(), "?") + ")");
        List<String> sizes = new ArrayList<>();
        size(sizes, config.layers(), "%d layers");
        size(sizes, config.hidden(), "hidden %d");
        size(sizes, config.heads(), "%d heads");
        size(sizes, config.kvHeads(), "%d key/value heads");
        size(sizes, config.headDim(), "head size %d");
        size(sizes, config.intermediate(), "MLP %d");
        size(sizes, config.vocabulary(), "vocabulary %d");
        size(sizes, config.context(), "context %d");
        lines.line("sizes", sizes.isEmpty() ? "config.json does not say" : String.join(", ", sizes));
        lines.line(
                "weights",
                String.format(
                                Locale.ROOT,
                                "%,d parameters, %s, ",
                                checkpoint.parameters(),
                                FactLines.size(checkpoint.bytes()))
                        + types(checkpoint.parametersByType()));
        lines.line(
                "files",
                checkpoint.shards().stream()
                        .map(shard -> shard.name() + " (" + shard.tensors() + " tensors, "
                                + FactLines.size(shard.bytes()) + ")")
                        .collect(Collectors.joining(", ")));
        prompts(checkpoint.prompts());
    }

    private void graph(GraphInspection graph) {
        OnnxFile file = graph.graph();
        lines.line("ONNX model", graph.path() + ", " + FactLines.size(file.bytes()));
        lines.line(
                "written by",
                (file.producer().isEmpty() ? "?" : file.producer()) + ", IR version " + file.irVersion() + ", opset "
                        + file.opsets().entrySet().stream()
                                .map(opset -> opset.getKey() + " " + opset.getValue())
                                .collect(Collectors.joining(", ")));
        values("inputs", file.inputs());
        values("outputs", file.outputs());
        operators(file);
        lines.line(
                "weights",
                String.format(
                                Locale.ROOT,
                                "%,d numbers in %d tensors: ",
                                file.weights().elements(),
                                file.weights().tensors())
                        + types(file.weights().elementsByType()) + "; "
                        + FactLines.size(file.weights().embeddedBytes())
                        + " in the file");
        for (FileFact external : graph.externalFiles()) {
            long used = file.weights().externalBytes().getOrDefault(external.name(), 0L);
            lines.line("", FactLines.size(used) + " in " + files(List.of(external)));
        }
        if (!graph.neighbours().isEmpty()) {
            lines.line("beside it", String.join(", ", graph.neighbours()));
        }
        PromptFacts prompts = graph.prompts();
        if (prompts != null) {
            prompts(prompts);
        }
    }

    /** Caches have the same few lines for every layer: inputs that differ in numbers only are shown once. */
    private void values(String label, List<OnnxFile.Value> values) {
        Map<String, List<OnnxFile.Value>> alike = values.stream()
                .collect(Collectors.groupingBy(
                        value -> value.name().replaceAll("\\d+", "#") + value.type() + value.shape(),
                        java.util.LinkedHashMap::new,
                        Collectors.toList()));
        String head = label;
        for (List<OnnxFile.Value> group : alike.values()) {
            OnnxFile.Value first = group.get(0);
            lines.line(
                    head,
                    first.name() + " " + first.type() + " " + first.shape()
                            + (group.size() == 1 ? "" : " (" + group.size() + " like it)"));
            head = "";
        }
    }

    private void operators(OnnxFile file) {
        List<Map.Entry<String, Integer>> most = file.operators().entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
        lines.line(
                "nodes",
                file.nodes() + ": "
                        + most.stream()
                                .limit(TOP_OPERATORS)
                                .map(entry -> entry.getValue() + " " + entry.getKey())
                                .collect(Collectors.joining(", "))
                        + (most.size() > TOP_OPERATORS
                                ? ", and " + (most.size() - TOP_OPERATORS) + " more operators"
                                : ""));
    }

    private void vector(VectorInspection vector) {
        Provenance origin = vector.provenance();
        lines.line("vector", vector.path().toString());
        lines.line("sizes", vector.layers() + " layers, hidden " + vector.hidden() + ", raw directions (norms below)");
        lines.line("of model", origin.modelName() + ", fingerprint " + origin.modelFingerprint());
        lines.line(
                "extracted",
                origin.method() + " of " + vector.harmful() + " harmful and " + vector.harmless()
                        + " harmless prompts, token " + origin.tokenSelector() + ", template " + origin.template()
                        + ", seed " + origin.seed());
        lines.line("applies to", origin.site() + ", by " + origin.operation());
        statistic("norms", vector, LayerStatistics::directionNorm);
        statistic("of activity", vector, LayerStatistics::activationNorm);
        statistic("separability", vector, LayerStatistics::separability);
        VectorInspection.Anchored anchoring = vector.anchoring();
        if (anchoring == null) {
            lines.line("layers", "not chosen yet");
        } else {
            anchoring(anchoring);
        }
        lines.line(
                "made by",
                origin.versions().entrySet().stream()
                        .map(version -> version.getKey() + " " + version.getValue())
                        .collect(Collectors.joining(", ")));
    }

    private void anchoring(VectorInspection.Anchored anchoring) {
        Calibration calibration = anchoring.calibration();
        lines.line("refusal", FactLines.numbers(anchoring.refusalScores()) + " (score of each layer)");
        lines.line(
                "layers",
                "steer " + joined(anchoring.steeringLayers()) + ", alpha " + anchoring.alpha() + " ("
                        + anchoring.scale() + "); classify at " + joined(calibration.classifierLayers()));
        lines.line(
                "threshold",
                String.format(
                        Locale.ROOT,
                        "%.4f, AUC %.4f, harmful found %.1f %%, harmless passed %.1f %% (%s: %d + %d prompts)",
                        calibration.threshold(),
                        calibration.auc(),
                        100 * calibration.harmfulFound(),
                        100 * calibration.harmlessPassed(),
                        calibration.source(),
                        calibration.harmful(),
                        calibration.harmless()));
    }

    private void statistic(String label, VectorInspection vector, ToDoubleFunction<LayerStatistics> value) {
        lines.line(
                label,
                FactLines.numbers(
                        vector.statistics().stream().map(value::applyAsDouble).toList()));
    }

    private void prompts(PromptFacts prompts) {
        new PromptText(lines).print(prompts);
    }

    private static void size(List<String> sizes, @Nullable Integer value, String format) {
        if (value != null) {
            sizes.add(String.format(Locale.ROOT, format, value));
        }
    }

    private static String types(Map<String, Long> elements) {
        long all = elements.values().stream().mapToLong(Long::longValue).sum();
        return elements.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(entry -> elements.size() == 1
                        ? entry.getKey()
                        : String.format(Locale.ROOT, "%s %.1f %%", entry.getKey(), 100.0 * entry.getValue() / all))
                .collect(Collectors.joining(", "));
    }

    private static String files(List<FileFact> files) {
        return files.stream()
                .map(file -> file.name() + (file.present() ? " (" + FactLines.size(file.bytes()) + ")" : " (MISSING)"))
                .collect(Collectors.joining(", "));
    }

    private static String joined(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
