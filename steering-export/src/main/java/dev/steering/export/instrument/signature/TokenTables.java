package dev.steering.export.instrument.signature;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.steering.export.instrument.find.GraphScope;
import dev.steering.export.instrument.find.TokenInputs;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells token ids from positions in graphs with foreign names. Both may be looked up in tables; the table of tokens has as many rows
 * as there are logits, or else is the larger one.
 */
final class TokenTables {
    private TokenTables() {}

    static boolean isTokens(GraphScope scope, String name) {
        long own = size(scope, name, vocabularies(scope));
        if (own == 0) {
            return false;
        }
        return SignatureReader.dataInputs(scope.graph()).stream()
                .map(ValueInfoProto::getName)
                .allMatch(other -> size(scope, other, vocabularies(scope)) <= own);
    }

    /** Fixed sizes of the outputs' last axes: the vocabulary is among them where it is declared. */
    private static Set<Long> vocabularies(GraphScope scope) {
        Set<Long> sizes = new HashSet<>();
        for (ValueInfoProto output : scope.graph().getOutputList()) {
            List<Dimension> axes = SignatureReader.dimensions(output);
            if (axes.size() == 3) {
                sizes.add(axes.get(2).getDimValue());
            }
        }
        sizes.remove(0L);
        return sizes;
    }

    /** Elements of the largest table that an input is looked up in; 0 for none, more than any for the vocabulary's. */
    private static long size(GraphScope scope, String name, Set<Long> vocabularies) {
        long most = 0;
        for (int lookup : TokenInputs.lookups(scope, name)) {
            most = Math.max(most, elements(scope, scope.node(lookup), vocabularies));
        }
        for (NodeProto node : scope.graph().getNodeList()) {
            for (GraphProto branch : GraphScope.subgraphs(node)) {
                most = Math.max(most, size(scope.branch(branch), name, vocabularies));
            }
        }
        return most;
    }

    private static long elements(GraphScope scope, NodeProto lookup, Set<Long> vocabularies) {
        String table = lookup.getInput(lookup.getOpType().equals("EmbedLayerNormalization") ? 2 : 0);
        for (GraphScope at = scope; at != null; at = at.parent()) {
            for (TensorProto tensor : at.graph().getInitializerList()) {
                if (tensor.getName().equals(table)) {
                    boolean vocabulary = tensor.getDimsCount() > 0 && vocabularies.contains(tensor.getDims(0));
                    return vocabulary
                            ? Long.MAX_VALUE
                            : tensor.getDimsList().stream().reduce(1L, (a, b) -> a * b);
                }
            }
        }
        return 1;
    }
}
