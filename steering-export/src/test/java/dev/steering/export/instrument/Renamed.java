package dev.steering.export.instrument;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** A model in which nodes, tensors, weights, inputs and outputs are called n0, n1, n2, ...: nothing can go by names. */
final class Renamed {
    private final Map<String, String> names = new HashMap<>();

    private Renamed() {}

    /** Copies a model's directory with every name in the graph changed. */
    static Path copy(Path model, Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> files = Files.list(model.toAbsolutePath().getParent())) {
            for (Path file : files.toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        ModelProto original;
        try (InputStream in = Files.newInputStream(model)) {
            original = ModelProto.parseFrom(in);
        }
        Path renamed = directory.resolve("renamed.onnx");
        try (OutputStream out = Files.newOutputStream(renamed)) {
            original.toBuilder()
                    .setGraph(new Renamed().graph(original.getGraph()))
                    .build()
                    .writeTo(out);
        }
        return renamed;
    }

    private GraphProto graph(GraphProto graph) {
        GraphProto.Builder builder = graph.toBuilder().setName(name(graph.getName()));
        for (ValueInfoProto.Builder value : builder.getInputBuilderList()) {
            value.setName(name(value.getName()));
        }
        for (ValueInfoProto.Builder value : builder.getOutputBuilderList()) {
            value.setName(name(value.getName()));
        }
        for (ValueInfoProto.Builder value : builder.getValueInfoBuilderList()) {
            value.setName(name(value.getName()));
        }
        for (TensorProto.Builder tensor : builder.getInitializerBuilderList()) {
            tensor.setName(name(tensor.getName()));
        }
        for (NodeProto.Builder node : builder.getNodeBuilderList()) {
            node(node);
        }
        return builder.build();
    }

    private void node(NodeProto.Builder node) {
        node.setName(name("node " + node.getName())).clearDocString().clearMetadataProps();
        for (int i = 0; i < node.getInputCount(); i++) {
            node.setInput(i, name(node.getInput(i)));
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            node.setOutput(i, name(node.getOutput(i)));
        }
        for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
            if (attribute.hasG()) {
                attribute.setG(graph(attribute.getG()));
            }
        }
    }

    private String name(String old) {
        return old.isEmpty() ? "" : names.computeIfAbsent(old, key -> "n" + names.size());
    }
}
