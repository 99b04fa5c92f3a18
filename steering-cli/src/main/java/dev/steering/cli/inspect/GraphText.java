package dev.steering.cli.inspect;

import dev.steering.core.bundle.CountedLayers;
import dev.steering.export.graph.OnnxFile;
import dev.steering.export.inspect.FileFact;
import dev.steering.export.inspect.GraphInspection;
import dev.steering.export.inspect.PromptFacts;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** An ONNX graph as lines. */
final class GraphText {
    private static final int TOP_OPERATORS = 12;

    private final FactLines lines;

    GraphText(FactLines lines) {
        this.lines = lines;
    }

    void print(GraphInspection graph) {
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
                        + FactLines.types(file.weights().elementsByType()) + "; "
                        + FactLines.size(file.weights().embeddedBytes())
                        + " in the file");
        for (FileFact external : graph.externalFiles()) {
            long used = file.weights().externalBytes().getOrDefault(external.name(), 0L);
            lines.line("", FactLines.size(used) + " in " + FactLines.files(List.of(external)));
        }
        List<String> points = graph.points().tensors();
        if (!points.isEmpty()) {
            lines.line("points", points.size() + ": " + String.join(", ", points));
        }
        CountedLayers evidence = graph.points().evidence();
        if (evidence != null) {
            lines.line("layers", evidence.describe());
        }
        if (!graph.neighbours().isEmpty()) {
            lines.line("beside it", String.join(", ", graph.neighbours()));
        }
        PromptFacts prompts = graph.prompts();
        if (prompts != null) {
            new PromptText(lines).print(prompts);
        }
    }

    /** Caches have the same few lines for every layer: inputs that differ in numbers only are shown once. */
    private void values(String label, List<OnnxFile.Value> values) {
        Map<String, List<OnnxFile.Value>> alike = values.stream()
                .collect(Collectors.groupingBy(GraphText::pattern, LinkedHashMap::new, Collectors.toList()));
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

    /** Names and symbolic sizes without their numbers; real sizes count. */
    private static String pattern(OnnxFile.Value value) {
        List<String> shape = value.shape().stream()
                .map(axis -> axis.matches("\\d+") ? axis : axis.replaceAll("\\d+", "#"))
                .toList();
        return value.name().replaceAll("\\d+", "#") + value.type() + shape;
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
}
