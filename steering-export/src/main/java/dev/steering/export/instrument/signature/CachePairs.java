package dev.steering.export.instrument.signature;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.export.instrument.find.GraphScope;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which cache output continues which cache input: the nearest one up the data flow, whatever their names. */
final class CachePairs {
    /** Fused attention: index of the past input by index of the present output. */
    private static final Map<String, Map<Integer, Integer>> FUSED = Map.of(
            "GroupQueryAttention", Map.of(1, 3, 2, 4),
            "SparseAttention", Map.of(1, 3, 2, 4),
            "MultiHeadAttention", Map.of(1, 6, 2, 7),
            "DecoderMaskedMultiHeadAttention", Map.of(1, 5, 2, 6),
            "Attention", Map.of(1, 4, 2, 5));

    private final Set<String> pasts;

    CachePairs(Set<String> pasts) {
        this.pasts = pasts;
    }

    /**
     * A past found.
     *
     * @param past name of the input
     * @param steps how many nodes lie between
     */
    record Found(String past, int steps) {}

    /** The nearest past that a tensor is made of; null if it is made of none. */
    @Nullable
    Found past(GraphScope scope, String present) {
        Set<String> level = new LinkedHashSet<>(Set.of(present));
        Set<String> seen = new HashSet<>();
        for (int steps = 0; !level.isEmpty(); steps++) {
            for (String tensor : level) {
                if (pasts.contains(tensor)) {
                    return new Found(tensor, steps);
                }
            }
            Set<String> next = new LinkedHashSet<>();
            for (String tensor : level) {
                if (seen.add(tensor)) {
                    NodeProto node = scope.producerNode(tensor);
                    if (node != null && node.getOpType().equals("If")) {
                        Found inBranch =
                                inBranches(scope, node, node.getOutputList().indexOf(tensor));
                        if (inBranch != null) {
                            return new Found(inBranch.past(), steps + inBranch.steps());
                        }
                    } else if (node != null) {
                        next.addAll(sources(node, node.getOutputList().indexOf(tensor)));
                    }
                }
            }
            level = next;
        }
        return null;
    }

    private @Nullable Found inBranches(GraphScope scope, NodeProto node, int output) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                Found found = past(
                        scope.branch(attribute.getG()),
                        attribute.getG().getOutput(output).getName());
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static List<String> sources(NodeProto node, int output) {
        Integer input = FUSED.getOrDefault(node.getOpType(), Map.of()).get(output);
        if (input != null
                && input < node.getInputCount()
                && !node.getInput(input).isEmpty()) {
            return List.of(node.getInput(input));
        }
        return node.getOpType().equals("Shape") ? List.of() : node.getInputList();
    }
}
