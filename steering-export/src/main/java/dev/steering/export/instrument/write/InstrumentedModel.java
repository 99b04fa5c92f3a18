package dev.steering.export.instrument.write;

import static dev.steering.core.bundle.GraphContract.CAPTURED;
import static dev.steering.core.bundle.GraphContract.CAPTURE_WEIGHTS;
import static dev.steering.core.bundle.GraphContract.GATE_COEFFS;
import static dev.steering.core.bundle.GraphContract.GATE_LIMITS;
import static dev.steering.core.bundle.GraphContract.GATE_OFFSETS;
import static dev.steering.core.bundle.GraphContract.GATE_OWN;
import static dev.steering.core.bundle.GraphContract.GATE_POSITIONS;
import static dev.steering.core.bundle.GraphContract.GATE_READS;
import static dev.steering.core.bundle.GraphContract.GATE_VECTORS;
import static dev.steering.core.bundle.GraphContract.KEPT_NORMS;
import static dev.steering.core.bundle.GraphContract.LOGIT_POSITIONS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_COEFFS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_FLOORS;
import static dev.steering.core.bundle.GraphContract.PROJECTION_VECTORS;
import static dev.steering.core.bundle.GraphContract.STEERING_COEFFS;
import static dev.steering.core.bundle.GraphContract.STEERING_VECTORS;
import static dev.steering.export.graph.GraphBuilder.valueInfo;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphVariant;
import dev.steering.export.instrument.file.ModelFile;
import dev.steering.export.instrument.find.DecoderTree;

/** Writes the contract into a model, into every branch where its decoder is in branches, and declares inputs and outputs. */
public final class InstrumentedModel {
    private final ModelProto model;
    private final int opset;
    private final GraphVariant variant;
    private final boolean beforeHead;

    private InstrumentedModel(ModelProto model, int opset, GraphVariant variant, boolean beforeHead) {
        this.model = model;
        this.opset = opset;
        this.variant = variant;
        this.beforeHead = beforeHead;
    }

    public static ModelProto write(
            ModelFile file, DecoderTree tree, String logits, GraphVariant variant, boolean beforeHead) {
        InstrumentedModel writer = new InstrumentedModel(file.model(), file.opset(), variant, beforeHead);
        return writer.write(tree, logits);
    }

    private ModelProto write(DecoderTree tree, String logits) {
        GraphProto.Builder graph = rewrite(tree, CAPTURED).toBuilder();
        long points = tree.decoders().get(0).points().size();
        declare(graph, STEERING_VECTORS, DType.F32, points, "steering_directions", "hidden");
        declare(graph, STEERING_COEFFS, DType.F32, "coeff_rows", "coeff_positions", "steering_directions");
        if (variant.projects()) {
            declare(graph, PROJECTION_VECTORS, DType.F32, points, "projected_directions", "hidden");
            declare(graph, PROJECTION_COEFFS, DType.F32, "share_rows", "share_positions", "projected_directions");
            declare(graph, PROJECTION_FLOORS, DType.F32, "projected_directions");
            declare(graph, KEPT_NORMS, DType.F32, "kept_rows", "kept_positions", points);
        }
        if (variant.gates()) {
            declare(graph, GATE_READS, DType.F32, points, "gates", "hidden");
            declare(graph, GATE_VECTORS, DType.F32, points, "gates", "hidden");
            declare(graph, GATE_COEFFS, DType.F32, "gate_rows", "gate_positions", "gates");
            declare(graph, GATE_OFFSETS, DType.F32, points, "gates");
            declare(graph, GATE_LIMITS, DType.F32, 2L, "gates");
            declare(graph, GATE_OWN, DType.F32, "gates");
            declare(graph, GATE_POSITIONS, DType.F32, "read_rows", 1L, "steering_sequence");
        }
        declare(graph, CAPTURE_WEIGHTS, DType.F32, "steering_batch", "captures", "steering_sequence");
        declare(graph, LOGIT_POSITIONS, DType.I64, "steering_batch", "logit_positions");
        for (int i = 0; i < graph.getOutputCount(); i++) {
            if (graph.getOutput(i).getName().equals(logits)) {
                graph.setOutput(i, valueInfo(logits, DType.F32, "steering_batch", "logit_positions", "vocabulary"));
            } else if (graph.getOutput(i).getName().equals(CAPTURED)) {
                graph.setOutput(i, valueInfo(CAPTURED, DType.F32, "steering_batch", points, "captures", "hidden"));
            }
        }
        return model.toBuilder().setGraph(graph).build();
    }

    private GraphProto rewrite(DecoderTree tree, String captured) {
        if (tree instanceof DecoderTree.Leaf leaf) {
            return ContractWriter.write(leaf.decoder(), opset, variant, beforeHead, captured);
        }
        DecoderTree.Choice choice = (DecoderTree.Choice) tree;
        GraphProto.Builder graph = choice.scope().graph().toBuilder().clearValueInfo();
        NodeProto.Builder node = graph.getNodeBuilder(choice.node());
        for (DecoderTree.Branch branch : choice.branches()) {
            AttributeProto.Builder attribute = attribute(node, branch.attribute());
            attribute.setG(rewrite(branch.tree(), captured + "/" + branch.attribute()));
        }
        node.addOutput(captured);
        graph.addOutput(ValueInfoProto.newBuilder().setName(captured));
        return graph.build();
    }

    private static AttributeProto.Builder attribute(NodeProto.Builder node, String name) {
        return node.getAttributeBuilderList().stream()
                .filter(a -> a.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void declare(GraphProto.Builder graph, String name, DType type, Object... dimensions) {
        graph.addInput(valueInfo(name, type, dimensions));
    }
}
