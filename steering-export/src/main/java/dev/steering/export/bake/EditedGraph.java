package dev.steering.export.bake;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.steering.core.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One graph, or a branch of one, whose nodes are rewired in place. Not thread-safe. */
final class EditedGraph {
    private final GraphProto.Builder graph;
    private final List<NodeProto.Builder> nodes;

    EditedGraph(GraphProto graph) {
        this.graph = graph.toBuilder().clearValueInfo();
        this.nodes = new ArrayList<>(
                graph.getNodeList().stream().map(NodeProto::toBuilder).toList());
        this.graph.clearNode();
    }

    List<NodeProto.Builder> nodes() {
        return nodes;
    }

    List<TensorProto> initializers() {
        return graph.getInitializerList();
    }

    /** The node that writes a tensor; null for inputs, initializers and what comes from outside. */
    NodeProto.@Nullable Builder producer(String tensor) {
        return nodes.stream()
                .filter(node -> node.getOutputList().contains(tensor))
                .findFirst()
                .orElse(null);
    }

    /** The nodes that read a tensor themselves. */
    List<NodeProto.Builder> readers(String tensor) {
        return nodes.stream()
                .filter(node -> node.getInputList().contains(tensor))
                .toList();
    }

    boolean isOutput(String tensor) {
        return graph.getOutputList().stream()
                .anyMatch(output -> output.getName().equals(tensor));
    }

    /** How often a tensor is read: by nodes, by what is inside them, and as an output. */
    int uses(String tensor) {
        int count = isOutput(tensor) ? 1 : 0;
        for (NodeProto.Builder node : nodes) {
            count += (int) node.getInputList().stream().filter(tensor::equals).count();
            count += insideUses(node.build(), tensor);
        }
        return count;
    }

    private static int insideUses(NodeProto node, String tensor) {
        int count = 0;
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                for (NodeProto inner : attribute.getG().getNodeList()) {
                    count += (int)
                            inner.getInputList().stream().filter(tensor::equals).count();
                    count += insideUses(inner, tensor);
                }
            }
        }
        return count;
    }

    /** Removes a node of one output; whoever read that reads another tensor from now on. */
    void bypass(NodeProto.Builder node, String instead) {
        String output = node.getOutput(0);
        if (isOutput(output)) {
            node.clearInput()
                    .clearAttribute()
                    .setOpType("Identity")
                    .clearDomain()
                    .addInput(instead);
            return;
        }
        nodes.removeIf(other -> other == node);
        for (NodeProto.Builder reader : nodes) {
            for (int i = 0; i < reader.getInputCount(); i++) {
                if (reader.getInput(i).equals(output)) {
                    reader.setInput(i, instead);
                }
            }
            renameInside(reader, output, instead);
        }
    }

    private static void renameInside(NodeProto.Builder node, String from, String to) {
        for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
            if (attribute.hasG()) {
                for (NodeProto.Builder inner : attribute.getGBuilder().getNodeBuilderList()) {
                    for (int i = 0; i < inner.getInputCount(); i++) {
                        if (inner.getInput(i).equals(from)) {
                            inner.setInput(i, to);
                        }
                    }
                    renameInside(inner, from, to);
                }
            }
        }
    }

    /** Adds a constant in single precision. */
    String constant(String name, float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(DType.F32.onnxNumber())
                .addDims(values.length)
                .setRawData(ByteString.copyFrom(bytes)));
        return name;
    }

    /** Removes an output, from every branch too if it comes from branches. */
    void dropOutput(String name) {
        for (int i = 0; i < graph.getOutputCount(); i++) {
            if (graph.getOutput(i).getName().equals(name)) {
                graph.removeOutput(i);
                break;
            }
        }
        NodeProto.Builder producer = producer(name);
        if (producer == null || producer.getAttributeList().stream().noneMatch(AttributeProto::hasG)) {
            return;
        }
        int place = producer.getOutputList().indexOf(name);
        List<String> outputs = new ArrayList<>(producer.getOutputList());
        outputs.remove(place);
        producer.clearOutput().addAllOutput(outputs);
        for (AttributeProto.Builder attribute : producer.getAttributeBuilderList()) {
            if (attribute.hasG()) {
                EditedGraph branch = new EditedGraph(attribute.getG());
                branch.dropOutput(attribute.getG().getOutput(place).getName());
                attribute.setG(branch.finish(Set.of()));
            }
        }
    }

    void editOutput(int index, ValueInfoProto output) {
        graph.setOutput(index, output);
    }

    List<ValueInfoProto> outputs() {
        return graph.getOutputList();
    }

    List<ValueInfoProto> inputs() {
        return graph.getInputList();
    }

    /**
     * Without the inputs, and without what nobody reads any more.
     *
     * @param removed names of inputs
     */
    GraphProto finish(Set<String> removed) {
        List<ValueInfoProto> inputs = graph.getInputList().stream()
                .filter(input -> !removed.contains(input.getName()))
                .toList();
        graph.clearInput().addAllInput(inputs);
        Set<String> wanted = new HashSet<>();
        graph.getOutputList().forEach(output -> wanted.add(output.getName()));
        for (int i = nodes.size() - 1; i >= 0; i--) {
            NodeProto.Builder node = nodes.get(i);
            if (node.getOutputList().stream().noneMatch(wanted::contains)) {
                nodes.remove(i);
            } else {
                wanted.addAll(node.getInputList());
                collectInside(node.build(), wanted);
            }
        }
        keep(wanted::contains);
        nodes.forEach(graph::addNode);
        return graph.build();
    }

    private void keep(Predicate<String> wanted) {
        List<TensorProto> kept = graph.getInitializerList().stream()
                .filter(tensor -> wanted.test(tensor.getName()))
                .toList();
        graph.clearInitializer().addAllInitializer(kept);
    }

    /** Everything that is read inside a node's branches, and returned from them: some of it comes from outside. */
    private static void collectInside(NodeProto node, Set<String> names) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                attribute.getG().getOutputList().forEach(output -> names.add(output.getName()));
                for (NodeProto inner : attribute.getG().getNodeList()) {
                    names.addAll(inner.getInputList());
                    collectInside(inner, names);
                }
            }
        }
    }
}
