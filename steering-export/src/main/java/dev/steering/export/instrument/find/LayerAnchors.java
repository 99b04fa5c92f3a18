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
import java.util.stream.Collectors;

/**
 * One or more places in every layer that tell layers apart: where its cache is read; where none is read its attention, fused or
 * written out ({@link AttentionProducts}), or what else takes from other tokens ({@link SequenceMixers}).
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

    /** Whether a node can be the work of a layer: a matrix product, a convolution or an attention. */
    static boolean isBranching(NodeProto node) {
        return HeadInput.PRODUCTS.contains(node.getOpType()) || ATTENTION.contains(node.getOpType());
    }

    /**
     * @return positions in the flow, ascending
     * @throws SteeringException if nothing takes from other tokens
     */
    static List<Integer> find(ResidualFlow flow, StreamShape shape, Set<String> pasts) {
        Set<Integer> anchors = new TreeSet<>();
        for (String past : pasts) {
            int position = firstReader(flow, past);
            if (position >= 0) {
                anchors.add(position);
            }
        }
        // A cache says nothing of layers that keep none in it, such as those that attend to another layer's keys.
        Set<Integer> cached = branches(shape, anchors);
        for (int mixer : withoutCache(flow, shape)) {
            if (!cached.contains(shape.sumBefore(mixer))) {
                anchors.add(mixer);
            }
        }
        if (anchors.isEmpty()) {
            anchors.addAll(AttentionProducts.all(flow));
        }
        if (anchors.isEmpty()) {
            throw new BadFile(
                    "nothing takes from other tokens: no cache is read, and there is neither a fused attention nor a"
                            + " product of two tensors that depend on the token embeddings, nor a convolution or a recurrence"
                            + " (rule: every layer has an anchor)");
        }
        return List.copyOf(anchors);
    }

    /** Attention, and what mixes tokens in branches that have none. */
    private static Set<Integer> withoutCache(ResidualFlow flow, StreamShape shape) {
        Set<Integer> anchors = new TreeSet<>(fusedAttention(flow));
        anchors.addAll(AttentionProducts.scores(flow));
        Set<Integer> branches = branches(shape, anchors);
        for (int mixer : SequenceMixers.find(flow, shape)) {
            if (!branches.contains(shape.sumBefore(mixer))) {
                anchors.add(mixer);
            }
        }
        return anchors;
    }

    /** What is added to the stream at those places, each by the sum before it. */
    private static Set<Integer> branches(StreamShape shape, Set<Integer> positions) {
        return positions.stream().map(shape::sumBefore).collect(Collectors.toSet());
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
