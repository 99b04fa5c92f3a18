package dev.steering.export.instrument.write;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.steering.core.bundle.GraphContract;
import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphBuilder;
import dev.steering.export.instrument.file.ModelFile;
import dev.steering.export.instrument.find.Decoder;
import dev.steering.export.instrument.find.GraphScope;
import dev.steering.export.instrument.find.HeadInput;
import dev.steering.export.instrument.find.ResidualFlow;
import dev.steering.export.instrument.find.ResidualFlow.Vertex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts the vocabulary head out of a decoder: a graph from what the head reads to its scores, with only the weights that this
 * takes. Scores come before soft caps and scaling where the head is an ordinary matrix product.
 */
public final class HeadExtractor {
    private static final Set<String> WHOLE_NUMBERS =
            Set.of("MatMulInteger", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "QLinearMatMul", "QGemm");

    private final Decoder decoder;
    private final List<NodeProto> nodes = new ArrayList<>();
    private final Map<String, TensorProto> weights = new LinkedHashMap<>();

    private HeadExtractor(Decoder decoder) {
        this.decoder = decoder;
    }

    /**
     * @return the graph; empty if the head reads something that is not a weight
     */
    public static Optional<ModelProto> extract(ModelFile file, Decoder decoder) {
        HeadExtractor extractor = new HeadExtractor(decoder);
        String scores = extractor.scores();
        if (!extractor.collect(scores)) {
            return Optional.empty();
        }
        return Optional.of(extractor.build(file, scores));
    }

    /** What the last matrix product returns; the logits if it computes in whole numbers that are scaled later. */
    private String scores() {
        ResidualFlow flow = decoder.flow();
        for (int at = flow.size() - 1; at >= 0; at--) {
            Vertex vertex = flow.vertex(at);
            if (vertex.isNode()) {
                NodeProto node = flow.scope().node(vertex.node());
                if (HeadInput.PRODUCTS.contains(node.getOpType())) {
                    return WHOLE_NUMBERS.contains(node.getOpType()) ? decoder.logits() : node.getOutput(0);
                }
            }
        }
        return decoder.logits();
    }

    /** Everything that the scores need but the head's input; false if that is more than weights. */
    private boolean collect(String scores) {
        Set<String> seen = new HashSet<>(Set.of(decoder.head().tensor()));
        Deque<String> open = new ArrayDeque<>(List.of(scores));
        List<Integer> own = new ArrayList<>();
        List<NodeProto> fromOutside = new ArrayList<>();
        while (!open.isEmpty()) {
            String name = open.pop();
            if (!seen.add(name)) {
                continue;
            }
            Integer producer = decoder.scope().producer(name);
            if (producer != null) {
                if (!own.contains(producer)) {
                    own.add(producer);
                    open.addAll(decoder.scope().reads(producer));
                }
            } else if (!outside(name, open, fromOutside)) {
                return false;
            }
        }
        Collections.reverse(fromOutside);
        nodes.addAll(fromOutside);
        for (int n : decoder.scope().order()) {
            if (own.contains(n)) {
                nodes.add(decoder.scope().node(n));
            }
        }
        return true;
    }

    /** A weight of this graph or of one around it, or something made of such weights there. */
    private boolean outside(String name, Deque<String> open, List<NodeProto> fromOutside) {
        for (GraphScope scope = decoder.scope(); scope != null; scope = scope.parent()) {
            for (TensorProto tensor : scope.graph().getInitializerList()) {
                if (tensor.getName().equals(name)) {
                    weights.put(name, tensor);
                    return true;
                }
            }
            Integer producer = scope.producer(name);
            if (producer != null) {
                NodeProto node = scope.node(producer);
                if (!fromOutside.contains(node)) {
                    fromOutside.add(node);
                }
                open.addAll(scope.reads(producer));
                return true;
            }
        }
        return false;
    }

    private ModelProto build(ModelFile file, String scores) {
        TypeInference types = new TypeInference(decoder.scope());
        GraphProto.Builder graph = GraphProto.newBuilder().setName("head");
        graph.addInput(GraphBuilder.valueInfo(GraphContract.HEAD_INPUT, DType.F32, 1L, "rows", "hidden"));
        graph.addNode(cast(
                GraphContract.HEAD_INPUT,
                decoder.head().tensor(),
                types.of(decoder.head().tensor())));
        graph.addAllNode(nodes).addAllInitializer(weights.values());
        graph.addNode(cast(scores, GraphContract.HEAD_OUTPUT, DType.F32));
        graph.addOutput(GraphBuilder.valueInfo(GraphContract.HEAD_OUTPUT, DType.F32, 1L, "rows", "vocabulary"));
        return file.model().toBuilder().setGraph(graph).build();
    }

    private static NodeProto cast(String from, String to, DType type) {
        return NodeProto.newBuilder()
                .setName(to + ".cast")
                .setOpType("Cast")
                .addInput(from)
                .addOutput(to)
                .addAttribute(GraphEditor.integer("to", type.onnxNumber()))
                .build();
    }
}
