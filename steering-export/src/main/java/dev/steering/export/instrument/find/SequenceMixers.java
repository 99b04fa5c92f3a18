package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.steering.export.instrument.find.ResidualFlow.Vertex;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What else than softmax attention takes from other tokens: convolutions along the sequence, recurrences, running sums, products of two
 * tensors that both depend on the tokens (linear attention, state spaces), and fused operators that are called after one of these.
 *
 * <p>Mixtures of experts have running sums and products of two such tensors as well; they are told by their router.
 */
final class SequenceMixers {
    private static final Set<String> CONVOLUTIONS =
            Set.of("Conv", "FusedConv", "ConvTranspose", "ConvInteger", "QLinearConv");
    private static final Set<String> RECURRENCES = Set.of("GRU", "LSTM", "RNN", "DFT", "STFT");
    private static final Set<String> ALSO_OF_EXPERTS = Set.of("Scan", "Loop", "CumSum", "SequenceMap");
    private static final List<String> CALLED = List.of(
            "attention",
            "mamba",
            "ssm",
            "selectivescan",
            "statespace",
            "deltanet",
            "deltarule",
            "recurren",
            "causalconv",
            "wkv",
            "retention",
            "longconv");
    private static final Set<String> ROUTING = Set.of(
            "TopK", "ArgMax", "NonZero", "OneHot", "ScatterElements", "ScatterND", "MoE", "QMoE", "GatherElements");
    private static final int KERNEL_AXES = 2;

    private final ResidualFlow flow;
    private final StreamShape shape;
    private final Map<String, TensorProto> weights;

    private SequenceMixers(ResidualFlow flow, StreamShape shape) {
        this.flow = flow;
        this.shape = shape;
        this.weights = flow.scope().graph().getInitializerList().stream()
                .collect(Collectors.toMap(TensorProto::getName, weight -> weight, (first, second) -> first));
    }

    /** Positions of such nodes, without those that only experts show. */
    static Set<Integer> find(ResidualFlow flow, StreamShape shape) {
        SequenceMixers mixers = new SequenceMixers(flow, shape);
        Set<Integer> routed = mixers.routed();
        Set<Integer> found = new TreeSet<>();
        for (int at = 0; at < shape.head(); at++) {
            if (flow.vertex(at).isNode()) {
                NodeProto node = flow.scope().node(flow.vertex(at).node());
                if (mixers.mixes(node) || (mixers.mayMix(node) && !routed.contains(shape.sumBefore(at)))) {
                    found.add(at);
                }
            }
        }
        for (int product : AttentionProducts.all(flow)) {
            if (!routed.contains(shape.sumBefore(product))) {
                found.add(product);
            }
        }
        return found;
    }

    /** The sums after which a router follows. */
    private Set<Integer> routed() {
        Set<Integer> routed = new HashSet<>();
        for (int at = 0; at < shape.head(); at++) {
            Vertex vertex = flow.vertex(at);
            if (vertex.isNode()
                    && ROUTING.contains(flow.scope().node(vertex.node()).getOpType())) {
                routed.add(shape.sumBefore(at));
            }
        }
        return routed;
    }

    private boolean mixes(NodeProto node) {
        String operator = node.getOpType();
        String called = operator.toLowerCase(Locale.ROOT);
        return (CONVOLUTIONS.contains(operator) && isWide(node))
                || RECURRENCES.contains(operator)
                || CALLED.stream().anyMatch(called::contains);
    }

    /** A product with something on its left that is no weight, such as a mask: it sums over positions. */
    private boolean mayMix(NodeProto node) {
        String operator = node.getOpType();
        boolean masked = operator.equals("MatMul")
                && !flow.keeps(node.getInput(0))
                && flow.keeps(node.getInput(1))
                && flow.scope().producerNode(node.getInput(0)) != null;
        return ALSO_OF_EXPERTS.contains(operator) || masked;
    }

    /** Kernels of width 1 are matrix products. Unknown widths count as wider. */
    private boolean isWide(NodeProto node) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.getName().equals("kernel_shape")) {
                return attribute.getIntsList().stream().anyMatch(size -> size > 1);
            }
        }
        TensorProto kernel = node.getInputCount() > 1 ? weights.get(node.getInput(1)) : null;
        return kernel == null || kernel.getDimsList().stream().skip(KERNEL_AXES).anyMatch(size -> size > 1);
    }
}
