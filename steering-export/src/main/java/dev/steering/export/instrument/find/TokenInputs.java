package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Where token ids are looked up in an embedding table. */
public final class TokenInputs {
    private static final Set<String> PASSING =
            Set.of("Cast", "Identity", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Expand", "Clip", "Where", "Max");
    private static final Set<String> LOOKUPS = Set.of("Gather", "GatherBlockQuantized", "EmbedLayerNormalization");

    private TokenInputs() {}

    /** The nodes that look up what the input of that name says, however it was cast or reshaped on the way. */
    public static Set<Integer> lookups(GraphScope scope, String input) {
        Set<Integer> lookups = new LinkedHashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(input));
        while (!open.isEmpty()) {
            String tensor = open.pop();
            if (!seen.add(tensor)) {
                continue;
            }
            for (int reader : scope.consumers(tensor)) {
                NodeProto node = scope.node(reader);
                if (LOOKUPS.contains(node.getOpType()) && indices(node).equals(tensor)) {
                    lookups.add(reader);
                } else if (PASSING.contains(node.getOpType())
                        && node.getInput(0).equals(tensor)) {
                    open.add(node.getOutput(0));
                }
            }
        }
        return lookups;
    }

    private static String indices(NodeProto node) {
        return node.getOpType().equals("EmbedLayerNormalization") ? node.getInput(0) : node.getInput(1);
    }
}
