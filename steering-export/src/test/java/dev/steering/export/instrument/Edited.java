package dev.steering.export.instrument;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.safetensors.DType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** Variations of a model of the test resources. */
final class Edited {
    private Edited() {}

    static ModelProto read(String export) throws IOException {
        try (InputStream in =
                Files.newInputStream(InstrumenterTest.EXPORTS.resolve(export).resolve("model.onnx"))) {
            return ModelProto.parseFrom(in);
        }
    }

    static Path write(ModelProto model, Path directory) throws IOException {
        Path file = Files.createDirectories(directory).resolve("model.onnx");
        try (OutputStream out = Files.newOutputStream(file)) {
            model.writeTo(out);
        }
        return file;
    }

    static Path graph(String export, Path directory, Consumer<GraphProto.Builder> change) throws IOException {
        ModelProto.Builder model = read(export).toBuilder();
        change.accept(model.getGraphBuilder());
        return write(model.build(), directory);
    }

    /** A weight that lies in a file of that name. */
    static Consumer<GraphProto.Builder> externalWeight(String location, long offset, long length) {
        return graph -> {
            TensorProto.Builder tensor = weight(graph);
            tensor.clearRawData().clearFloatData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
            entry(tensor, "location", location);
            entry(tensor, "offset", Long.toString(offset));
            entry(tensor, "length", Long.toString(length));
        };
    }

    private static void entry(TensorProto.Builder tensor, String key, String value) {
        tensor.addExternalData(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    }

    /** The first matrix. */
    static TensorProto.Builder weight(GraphProto.Builder graph) {
        return graph.getInitializerBuilderList().stream()
                .filter(tensor -> tensor.getDimsCount() == 2)
                .findFirst()
                .orElseThrow();
    }

    /** The same decoder in both branches of an If, as merged exports have it. */
    static ModelProto merged(ModelProto model) {
        GraphProto graph = model.getGraph();
        GraphProto.Builder outer = GraphProto.newBuilder()
                .setName("merged")
                .addAllInput(graph.getInputList())
                .addAllInitializer(graph.getInitializerList());
        outer.addInput(ValueInfoProto.newBuilder()
                .setName("use_cache_branch")
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(DType.BOOL.onnxNumber())
                                .setShape(TensorShapeProto.newBuilder()
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimValue(1))))));
        NodeProto.Builder choice =
                NodeProto.newBuilder().setName("choice").setOpType("If").addInput("use_cache_branch");
        for (String name : new String[] {"then_branch", "else_branch"}) {
            GraphProto.Builder branch = graph.toBuilder()
                    .setName(name)
                    .clearInput()
                    .clearInitializer()
                    .clearValueInfo();
            choice.addAttribute(AttributeProto.newBuilder()
                    .setName(name)
                    .setType(AttributeProto.AttributeType.GRAPH)
                    .setG(prefixed(branch, name + "/")));
        }
        for (ValueInfoProto output : graph.getOutputList()) {
            choice.addOutput(output.getName());
            outer.addOutput(output);
        }
        return model.toBuilder().setGraph(outer.addNode(choice)).build();
    }

    /** Names that the graph makes itself get a prefix: branches must not make what is made outside. */
    private static GraphProto prefixed(GraphProto.Builder graph, String prefix) {
        Set<String> own = new HashSet<>();
        graph.getNodeList().forEach(node -> own.addAll(node.getOutputList()));
        own.remove("");
        for (NodeProto.Builder node : graph.getNodeBuilderList()) {
            for (int i = 0; i < node.getInputCount(); i++) {
                node.setInput(i, own.contains(node.getInput(i)) ? prefix + node.getInput(i) : node.getInput(i));
            }
            for (int i = 0; i < node.getOutputCount(); i++) {
                node.setOutput(i, own.contains(node.getOutput(i)) ? prefix + node.getOutput(i) : node.getOutput(i));
            }
        }
        for (ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
            output.setName(prefix + output.getName());
        }
        return graph.build();
    }
}
