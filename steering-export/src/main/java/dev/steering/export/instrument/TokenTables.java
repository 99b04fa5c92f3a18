package dev.steering.export.instrument;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Set;

/** Tells token ids from positions in graphs with foreign names: both are looked up in tables. */
final class TokenTables {
    private TokenTables() {}

    /** Whether the input is looked up, and in the largest table that any integer input is looked up in. */
    static boolean isTokens(Scope scope, String name) {
        long own = rows(scope, name);
        if (own == 0) {
            return false;
        }
        return SignatureReader.dataInputs(scope.graph()).stream()
                .map(input -> input.getName())
                .filter(other -> !other.equals(name))
                .allMatch(other -> rows(scope, other) <= own);
    }

    /** Elements of the largest table that an input is looked up in; 0 for none, 1 for one of unknown size. */
    private static long rows(Scope scope, String name) {
        long most = 0;
        for (int lookup : TokenInputs.lookups(scope, name)) {
            most = Math.max(most, elements(scope, scope.node(lookup)));
        }
        for (NodeProto node : scope.graph().getNodeList()) {
            if (node.getOpType().equals("If")) {
                for (var branch : Scope.subgraphs(node)) {
                    most = Math.max(most, rows(scope.branch(branch), name));
                }
            }
        }
        return most;
    }

    private static long elements(Scope scope, NodeProto lookup) {
        String table = lookup.getOpType().equals("EmbedLayerNormalization") ? lookup.getInput(2) : lookup.getInput(0);
        Set<String> names = Set.of(table);
        return scope.graph().getInitializerList().stream()
                .filter(tensor -> names.contains(tensor.getName()))
                .mapToLong(tensor -> tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b))
                .findFirst()
                .orElse(1);
    }
}
