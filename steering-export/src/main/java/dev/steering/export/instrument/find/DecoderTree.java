package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.core.BadFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where in a model its decoder lies: in the main graph, or once in every branch of an {@code If} (a merged decoder, which has one
 * branch with and one without a past).
 */
public sealed interface DecoderTree {
    /** A graph that is a decoder. */
    record Leaf(Decoder decoder) implements DecoderTree {}

    /**
     * A graph whose logits an {@code If} returns.
     *
     * @param scope the graph
     * @param node index of the {@code If}
     * @param branches one per subgraph attribute, in order
     */
    record Choice(GraphScope scope, int node, List<Branch> branches) implements DecoderTree {}

    /**
     * One way that an {@code If} can go.
     *
     * @param attribute name of the attribute that holds it
     * @param tree what lies in it
     */
    record Branch(String attribute, DecoderTree tree) {}

    /** All decoders, in order. */
    default List<Decoder> decoders() {
        if (this instanceof Leaf leaf) {
            return List.of(leaf.decoder());
        }
        return ((Choice) this)
                .branches().stream()
                        .flatMap(branch -> branch.tree().decoders().stream())
                        .toList();
    }

    /**
     * How to look for decoders.
     *
     * @param tokens the input with token ids
     * @param pasts the inputs with cached keys and values
     * @param givenPoints the points that somebody names; empty to find them
     * @param configured how many layers the model's configuration counts; null if it does not say
     */
    record Search(String tokens, Set<String> pasts, List<String> givenPoints, @Nullable Integer configured) {
        /** Finds the decoder whose logits a tensor of the graph has. */
        public DecoderTree in(GraphScope scope, String logits, String prefix) {
            String tensor = logits;
            NodeProto maker = scope.producerNode(tensor);
            while (maker != null
                    && (maker.getOpType().equals("Identity")
                            || maker.getOpType().equals("Cast"))) {
                tensor = maker.getInput(0);
                maker = scope.producerNode(tensor);
            }
            if (maker != null && maker.getOpType().equals("If")) {
                return choice(scope, maker, maker.getOutputList().indexOf(tensor), prefix);
            }
            return new Leaf(decoder(scope, logits, prefix));
        }

        private DecoderTree choice(GraphScope scope, NodeProto node, int output, String prefix) {
            List<Branch> branches = new ArrayList<>();
            for (AttributeProto attribute : node.getAttributeList()) {
                if (attribute.hasG()) {
                    GraphScope branch = scope.branch(attribute.getG());
                    String logits = attribute.getG().getOutput(output).getName();
                    branches.add(
                            new Branch(attribute.getName(), in(branch, logits, prefix + attribute.getName() + ".")));
                }
            }
            Choice choice = new Choice(scope, scope.graph().getNodeList().indexOf(node), branches);
            long sizes = choice.decoders().stream()
                    .map(decoder -> decoder.points().size())
                    .distinct()
                    .count();
            if (sizes != 1) {
                throw new BadFile("the branches of '" + node.getName() + "' have different numbers of layers: "
                        + choice.decoders().stream()
                                .map(decoder -> decoder.points().size() - 1)
                                .toList());
            }
            return choice;
        }

        private Decoder decoder(GraphScope scope, String logits, String prefix) {
            Set<Integer> lookups = TokenInputs.lookups(scope, tokens);
            if (lookups.isEmpty()) {
                throw new BadFile("no embedding table is indexed by the token ids '" + tokens
                        + "' (rule: the source is a Gather fed by them)");
            }
            ResidualFlow flow = ResidualFlow.between(scope, lookups, logits);
            if (flow.size() == 0) {
                throw new BadFile("the logits '" + logits + "' do not depend on the embeddings of '" + tokens + "'");
            }
            PointFinder.Found found = givenPoints.isEmpty()
                    ? PointFinder.find(flow, pasts, configured)
                    : PointFinder.named(flow, givenPoints);
            return new Decoder(
                    scope, flow, found.points(), found.named(), logits, HeadInput.find(flow, found.points()), prefix);
        }
    }
}
