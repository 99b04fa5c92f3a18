package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.export.instrument.find.ResidualFlow.Vertex;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One or more places in every layer that tell layers apart: where its cache is read, else its fused attention, else the
 * products of two tensors that both depend on the embeddings ({@link AttentionProducts}).
 */
final class LayerAnchors {
    private static final Set<String> ATTENTION = Set.of(
            "Attention",
            "GroupQueryAttention",
            "MultiHeadAttention",
            "DecoderMaskedMultiHeadAttention",
            "DecoderMaskedSelfAttention",
            "PackedAttention",
            "PackedMultiHeadAttention",
            "PagedAttention",
            "SparseAttention",
            "QAttention",
            "LinearAttention");

    private LayerAnchors() {}

    /**
     * @return positions in the flow, ascending
     * @throws SteeringException if there is no attention
     */
    static List<Integer> find(ResidualFlow flow, Set<String> pasts) {
        Set<Integer> anchors = new TreeSet<>();
        for (String past : pasts) {
            int position = firstReader(flow, past);
            if (position >= 0) {
                anchors.add(position);
            }
        }
        if (anchors.isEmpty()) {
            anchors.addAll(fusedAttention(flow));
        }
        if (anchors.isEmpty()) {
            anchors.addAll(AttentionProducts.find(flow));
        }
        if (anchors.isEmpty()) {
            throw new BadFile(
                    "no attention depends on the token embeddings: no cache is read, and there is"
                            + " neither a fused attention nor a product of two dependent tensors (rule: every layer has an anchor)");
        }
        return List.copyOf(anchors);
    }

    /** The first kept node that a cache input reaches, through nodes that do not depend on the tokens; -1 for none. */
    private static int firstReader(ResidualFlow flow, String past) {
        int first = -1;
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(past));
        while (!open.isEmpty()) {
            String tensor = open.pop();
            if (!seen.add(tensor)) {
                continue;
            }
            for (int reader : flow.scope().consumers(tensor)) {
                NodeProto node = flow.scope().node(reader);
                int position = flow.position(Vertex.of(reader));
                if (position >= 0) {
                    first = first < 0 ? position : Math.min(first, position);
                } else if (!node.getOpType().equals("Shape")
                        && !node.getOpType().equals("Size")) {
                    open.addAll(node.getOutputList());
                }
            }
            seen.remove("");
        }
        return first;
    }

    private static Set<Integer> fusedAttention(ResidualFlow flow) {
        Set<Integer> found = new TreeSet<>();
        for (int at = 0; at < flow.size(); at++) {
            Vertex vertex = flow.vertex(at);
            if (vertex.isNode()
                    && ATTENTION.contains(flow.scope().node(vertex.node()).getOpType())) {
                found.add(at);
            }
        }
        return found;
    }
}
