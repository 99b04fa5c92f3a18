package dev.steering.export.instrument.signature;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.core.BadFile;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Role;
import dev.steering.core.safetensors.DType;
import dev.steering.export.instrument.find.GraphScope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a graph's inputs are for: by the names that exporters use, and for other names by what the graph does with them. */
final class InputRoles {
    private static final Map<String, Role> NAMES = Map.of(
            "input_ids", Role.TOKEN_IDS,
            "attention_mask", Role.ATTENTION_MASK,
            "position_ids", Role.POSITION_IDS,
            "cache_position", Role.CACHE_POSITION,
            "token_type_ids", Role.TOKEN_TYPE_IDS,
            "use_cache_branch", Role.USE_CACHE_BRANCH,
            "num_logits_to_keep", Role.LOGITS_TO_KEEP,
            "logits_to_keep", Role.LOGITS_TO_KEEP);

    /** What only positions reach without being summed up first. */
    private static final Set<String> TURNS = Set.of("Cos", "Sin", "RotaryEmbedding");

    /** A mask is compared, summed up or chosen by before anything else. */
    private static final Set<String> MASKING =
            Set.of("CumSum", "Where", "Softmax", "ReduceSum", "And", "Equal", "GatherND", "Greater", "Not");

    private final GraphScope scope;
    private final Overrides overrides;

    InputRoles(GraphScope scope, Overrides overrides) {
        this.scope = scope;
        this.overrides = overrides;
    }

    Input role(ValueInfoProto input) {
        DType type = SignatureReader.type(input);
        int rank = input.getType().getTensorType().hasShape()
                ? SignatureReader.dimensions(input).size()
                : 2;
        Role role = role(input.getName(), type, rank);
        if (role == null) {
            throw new BadFile("the input '" + input.getName() + "' (" + type + ", " + rank
                    + " axes) is none that a decoder is known to take: say what it is for");
        }
        if (role == Role.ATTENTION_MASK && rank != 2) {
            throw new BadFile("the mask '" + input.getName() + "' has " + rank + " axes; expected [rows, positions]");
        }
        if (role == Role.POSITION_IDS && rank > 2) {
            throw new BadFile(
                    "the positions '" + input.getName() + "' have " + rank
                            + " axes; expected [rows, positions] (positions in several dimensions are of models that see images)");
        }
        return new Input(input.getName(), role, type, rank);
    }

    private @Nullable Role role(String name, DType type, int rank) {
        Role given = overrides.inputs().get(name);
        if (given != null) {
            return given;
        }
        Role named = NAMES.get(name);
        if (named != null) {
            return named;
        }
        if (type == DType.BOOL && rank <= 1) {
            return Role.USE_CACHE_BRANCH;
        }
        if (!type.isInteger()) {
            return null;
        }
        if (rank == 0) {
            return Role.LOGITS_TO_KEEP;
        }
        if (isTokens(scope, name)) {
            return Role.TOKEN_IDS;
        }
        if (rank == 1) {
            return Role.CACHE_POSITION;
        }
        return reachesPositions(scope, name) ? Role.POSITION_IDS : Role.ATTENTION_MASK;
    }

    /** Looked up in a table whose rows become logits: positions are looked up, too, but are then added. */
    private boolean isTokens(GraphScope in, String name) {
        boolean otherTokens = SignatureReader.dataInputs(scope.graph()).stream()
                .anyMatch(input -> NAMES.get(input.getName()) == Role.TOKEN_IDS
                        || overrides.inputs().get(input.getName()) == Role.TOKEN_IDS);
        return !otherTokens && TokenTables.isTokens(in, name);
    }

    /** Follows an input to the first thing that tells positions from masks, into branches as well. */
    private static boolean reachesPositions(GraphScope in, String name) {
        Set<String> seen = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(Set.of(name));
        while (!open.isEmpty()) {
            String tensor = open.pop();
            if (!seen.add(tensor)) {
                continue;
            }
            for (int reader : in.consumers(tensor)) {
                NodeProto node = in.node(reader);
                if (TURNS.contains(node.getOpType()) || isLookup(node, tensor)) {
                    return true;
                }
                if (GraphScope.subgraphs(node).stream().anyMatch(graph -> reachesPositions(in.branch(graph), tensor))) {
                    return true;
                }
                if (!MASKING.contains(node.getOpType()) && !node.getOpType().equals("Shape")) {
                    open.addAll(node.getOutputList());
                }
            }
            seen.remove("");
        }
        return false;
    }

    private static boolean isLookup(NodeProto node, String indices) {
        return node.getOpType().equals("Gather") && node.getInput(1).equals(indices);
    }
}
