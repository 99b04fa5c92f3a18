package dev.steering.export.bake;

import static dev.steering.core.bundle.GraphContract.CAPTURED;
import static dev.steering.core.bundle.GraphContract.CAPTURE_WEIGHTS;
import static dev.steering.core.bundle.GraphContract.LOGIT_POSITIONS;
import static dev.steering.core.bundle.GraphContract.STEERING_COEFFS;
import static dev.steering.core.bundle.GraphContract.STEERING_VECTORS;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.BadFile;
import dev.steering.export.graph.GraphBuilder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A bundle's graph without the contract: what steering would add is a constant, all positions have logits, and nothing is captured. Where a
 * point's value is a sum with a bias, the constant is added to the bias; else one Add stays.
 */
final class PlainGraph {
    private static final Set<String> CONTRACT =
            Set.of(STEERING_VECTORS, STEERING_COEFFS, CAPTURE_WEIGHTS, LOGIT_POSITIONS);
    private static final Set<String> GATHERS = Set.of("GatherND", "GatherElements");
    private static final String SIMPLIFIED = "SkipSimplifiedLayerNormalization";
    private static final Set<String> SKIP_NORMS = Set.of(SIMPLIFIED, "SkipLayerNormalization");
    private static final int SIMPLIFIED_BIAS = 3;
    private static final int NORM_BIAS = 4;

    private final Path directory;
    private final float[][] rows;
    private final Map<Integer, Place> places = new TreeMap<>();

    private PlainGraph(Path directory, float[][] rows) {
        this.directory = directory;
        this.rows = rows;
    }

    /** Where a point's constant went. */
    enum Place {
        /** Into a bias. */
        BIAS,
        /** An Add of its own. */
        ADD
    }

    /**
     * @param model the graph
     * @param places where the constant of each point went, the points that are moved only
     */
    record Result(ModelProto model, Map<Integer, Place> places) {}

    /**
     * @param model a bundle's graph that adds directions
     * @param directory where its files are
     * @param rows what is added at each point, {@code [points][hidden]}; zero where nothing is
     * @param logits name of the output with logits
     * @param tokens name of the input with token ids
     * @return the plain graph
     * @throws BadFile if the graph is not built as ours are
     */
    static Result of(ModelProto model, Path directory, float[][] rows, String logits, String tokens) {
        PlainGraph plain = new PlainGraph(directory, rows);
        EditedGraph graph = plain.rewritten(model.getGraph(), List.of());
        graph.dropOutput(CAPTURED);
        plain.nameLength(graph, logits, tokens);
        GraphProto finished = graph.finish(CONTRACT);
        Set<Integer> expected = new TreeSet<>();
        for (int p = 0; p < rows.length; p++) {
            if (isMoved(rows[p])) {
                expected.add(p);
            }
        }
        if (!plain.places.keySet().equals(expected)) {
            throw unknown("it steers at points " + plain.places.keySet() + ", expected " + expected);
        }
        requireGone(finished);
        return new Result(model.toBuilder().setGraph(finished).build(), plain.places);
    }

    private static BadFile unknown(String found) {
        return new BadFile("Cannot bake: the bundle's graph is not built as this version builds them: " + found
                + ". Export or instrument the model again.");
    }

    private static boolean isMoved(float[] row) {
        for (float value : row) {
            if (value != 0) {
                return true;
            }
        }
        return false;
    }

    private EditedGraph rewritten(GraphProto from, List<EditedGraph> around) {
        EditedGraph graph = new EditedGraph(from);
        List<EditedGraph> scopes = new ArrayList<>(List.of(graph));
        scopes.addAll(around);
        for (NodeProto.Builder node : graph.nodes()) {
            for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
                if (attribute.hasG()) {
                    attribute.setG(rewritten(attribute.getG(), scopes).finish(Set.of()));
                }
            }
        }
        GraphConstants constants = new GraphConstants(directory, scopes, rows[0].length);
        for (NodeProto.Builder node : List.copyOf(graph.nodes())) {
            if (node.getOpType().equals("MatMul") && node.getInput(0).equals(STEERING_COEFFS)) {
                steer(graph, constants, node);
            }
        }
        takeAllPositions(graph);
        return graph;
    }

    /** Replaces a point's steering, {@code C V}, by its constant. */
    private void steer(EditedGraph graph, GraphConstants constants, NodeProto.Builder product) {
        int point = point(graph, product.getInput(1));
        String delta = product.getOutput(0);
        NodeProto.Builder add = only(graph, delta);
        if (add.getOpType().equals("Cast")) {
            delta = add.getOutput(0);
            add = only(graph, delta);
        }
        if (!add.getOpType().equals("Add")) {
            throw unknown("the steering of point " + point + " goes into a node " + add.getOpType());
        }
        String value = add.getInput(0).equals(delta) ? add.getInput(1) : add.getInput(0);
        graph.nodes().removeIf(node -> node == product);
        if (!isMoved(rows[point])) {
            graph.bypass(add, value);
        } else if (folded(graph, constants, add, value, point)) {
            places.merge(point, Place.BIAS, PlainGraph::worse);
            graph.bypass(add, value);
        } else {
            places.merge(point, Place.ADD, PlainGraph::worse);
            graph.constant(product.getOutput(0), rows[point]);
        }
    }

    /** Of a decoder in several branches. */
    private static Place worse(Place one, Place other) {
        return one == Place.ADD ? one : other;
    }

    private boolean folded(
            EditedGraph graph, GraphConstants constants, NodeProto.Builder add, String value, int point) {
        BiasFold fold = new BiasFold(graph, constants);
        String name = "baked.bias." + point;
        List<NodeProto.Builder> readers = graph.readers(add.getOutput(0));
        if (readers.size() == 1 && SKIP_NORMS.contains(readers.get(0).getOpType())) {
            NodeProto.Builder norm = readers.get(0);
            int bias = norm.getOpType().equals(SIMPLIFIED) ? SIMPLIFIED_BIAS : NORM_BIAS;
            boolean hasBias =
                    norm.getInputCount() > bias && !norm.getInput(bias).isEmpty();
            return hasBias ? fold.into(norm, bias, rows[point], name) : fold.fold(norm.getInput(0), rows[point], name);
        }
        return fold.fold(value, rows[point], name);
    }

    private static NodeProto.Builder only(EditedGraph graph, String tensor) {
        List<NodeProto.Builder> readers = graph.readers(tensor);
        if (readers.size() != 1) {
            throw unknown("'" + tensor + "' is read by " + readers.size() + " nodes");
        }
        return readers.get(0);
    }

    /** Which point's directions a tensor holds: a part of a Split, or a Gather by a constant. */
    private static int point(EditedGraph graph, String vectors) {
        NodeProto.Builder producer = graph.producer(vectors);
        if (producer != null && producer.getInput(0).equals(STEERING_VECTORS)) {
            if (producer.getOpType().equals("Split")) {
                return producer.getOutputList().indexOf(vectors);
            }
            Long index = producer.getOpType().equals("Gather") ? index(graph, producer.getInput(1)) : null;
            if (index != null) {
                return Math.toIntExact(index);
            }
        }
        throw unknown("'" + vectors + "' are the directions of no point");
    }

    private static @Nullable Long index(EditedGraph graph, String name) {
        for (TensorProto tensor : graph.initializers()) {
            if (tensor.getName().equals(name) && tensor.getRawData().size() == Long.BYTES) {
                return ByteBuffer.wrap(tensor.getRawData().toByteArray())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong();
            }
        }
        return null;
    }

    /** Lets the head, or whoever reads what is picked of its output, have all positions. */
    private static void takeAllPositions(EditedGraph graph) {
        Set<String> derived = new HashSet<>(Set.of(LOGIT_POSITIONS));
        for (NodeProto.Builder node : List.copyOf(graph.nodes())) {
            if (node.getInputList().stream().noneMatch(derived::contains)) {
                continue;
            }
            if (GATHERS.contains(node.getOpType()) && !derived.contains(node.getInput(0))) {
                graph.bypass(node, node.getInput(0));
            } else {
                derived.addAll(node.getOutputList());
            }
        }
    }

    /** Logits are as long as the token ids now. */
    private void nameLength(EditedGraph graph, String logits, String tokens) {
        TensorShapeProto.Dimension length = graph.inputs().stream()
                .filter(input -> input.getName().equals(tokens))
                .map(input -> input.getType().getTensorType().getShape())
                .filter(shape -> shape.getDimCount() == 2)
                .map(shape -> shape.getDim(1))
                .findFirst()
                .orElse(TensorShapeProto.Dimension.newBuilder()
                        .setDimParam("sequence")
                        .build());
        for (int i = 0; i < graph.outputs().size(); i++) {
            ValueInfoProto.Builder output = graph.outputs().get(i).toBuilder();
            TensorShapeProto.Builder shape =
                    output.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
            if (output.getName().equals(logits) && shape.getDimCount() == 3) {
                shape.setDim(1, length);
                graph.editOutput(i, output.build());
            }
        }
    }

    private static void requireGone(GraphProto graph) {
        for (NodeProto node : graph.getNodeList()) {
            for (String input : node.getInputList()) {
                if (CONTRACT.contains(input)) {
                    throw unknown("node '" + node.getName() + "' needs " + input);
                }
            }
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    requireGone(attribute.getG());
                }
            }
        }
    }

    /** For programs that look at a model's metadata. */
    static ModelProto described(ModelProto model, Map<String, String> metadata) {
        ModelProto.Builder builder = model.toBuilder();
        metadata.forEach((key, value) -> builder.addMetadataProps(GraphBuilder.property(key, value)));
        return builder.build();
    }
}
