package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.export.instrument.find.ResidualFlow.Vertex;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the residual-stream points of a decoder without looking at names.
 *
 * <p>Every layer has an anchor, its attention (see {@link LayerAnchors}); the residual stream before it is the last cut of
 * {@link ResidualFlow} at or before the anchor. The output of the last layer is the last cut after the last anchor that is
 * made in the same way as the point before it.
 */
final class PointFinder {
    private static final Set<String> SKIP_NORMS =
            Set.of("SkipSimplifiedLayerNormalization", "SkipLayerNormalization", "SkipGroupNorm");
    private static final Set<String> PASSING = Set.of("Cast", "Identity");
    private static final Set<String> ROUNDING = Set.of("QuantizeLinear", "DequantizeLinear");
    private static final Set<String> SUMS = Set.of("Add", "Sum");

    private final ResidualFlow flow;
    private final GraphScope scope;

    private PointFinder(ResidualFlow flow) {
        this.flow = flow;
        this.scope = flow.scope();
    }

    /**
     * @param flow from embeddings to logits
     * @param pasts names of the inputs with cached keys and values
     * @return the points in order, one more than there are layers
     * @throws SteeringException naming the rule that failed
     */
    static List<Point> find(ResidualFlow flow, Set<String> pasts) {
        return new PointFinder(flow).points(LayerAnchors.find(flow, pasts));
    }

    /**
     * The points that somebody names.
     *
     * @param names tensors, or names of skip-norm nodes, in order
     * @throws SteeringException if one is not on the way from the embeddings to the logits
     */
    static List<Point> named(ResidualFlow flow, List<String> names) {
        PointFinder finder = new PointFinder(flow);
        return names.stream().map(finder::named).toList();
    }

    private Point named(String name) {
        for (int at = 0; at < flow.size(); at++) {
            Vertex vertex = flow.vertex(at);
            boolean skip = vertex.isNode() && isSkipNorm(scope.node(vertex.node()));
            if (skip && scope.node(vertex.node()).getName().equals(name)) {
                return Point.skip(vertex.node(), scope.node(vertex.node()));
            }
            if (!vertex.isNode() && vertex.tensor().equals(name)) {
                return point(at, vertex);
            }
        }
        throw new BadFile("the given point '" + name
                + "' is neither a tensor nor a skip-norm on the way from the token ids to the logits");
    }

    private List<Point> points(List<Integer> anchors) {
        Set<Integer> before = new TreeSet<>();
        for (int anchor : anchors) {
            before.add(lastCut(anchor));
        }
        List<Integer> cuts = new ArrayList<>(before);
        int lastAnchor = anchors.get(anchors.size() - 1);
        cuts.add(lastPoint(cuts.get(cuts.size() - 1), lastAnchor));
        return cuts.stream()
                .map(this::earliest)
                .map(at -> point(at, flow.vertex(at)))
                .toList();
    }

    /** The last cut at or before a position that can be a point. */
    private int lastCut(int position) {
        for (int at = position; at >= 0; at--) {
            if (flow.isCut(at) && canBePoint(flow.vertex(at))) {
                return at;
            }
        }
        throw new BadFile("no tensor before " + name(position) + " is passed by all data from the embeddings to"
                + " the logits (rule: points are articulation points)");
    }

    private int lastPoint(int previous, int lastAnchor) {
        String signature = signature(flow.vertex(previous));
        for (int at = flow.size() - 1; at > lastAnchor; at--) {
            if (flow.isCut(at) && canBePoint(flow.vertex(at)) && matches(signature, signature(flow.vertex(at)))) {
                return at;
            }
        }
        throw new BadFile("no tensor after the last layer's attention " + name(lastAnchor)
                + " is made like the" + " point before it, " + name(previous)
                + " (rule: the last point has the signature " + signature + ")");
    }

    private boolean canBePoint(Vertex vertex) {
        return !vertex.isNode() || isSkipNorm(scope.node(vertex.node()));
    }

    private static boolean isSkipNorm(NodeProto node) {
        return SKIP_NORMS.contains(node.getOpType());
    }

    private static boolean isSum(NodeProto skipNorm, String tensor) {
        return skipNorm.getOutputList().indexOf(tensor) == Point.SKIP_SUM_OUTPUT;
    }

    /** A sum of two dependent operands and a skip-norm do the same: add a branch to the stream. */
    private static boolean matches(String previous, String candidate) {
        return candidate.equals("residual sum") || candidate.equals(previous);
    }

    /** How a point is made: a residual sum, or else the operator with its number of dependent operands. */
    private String signature(Vertex vertex) {
        NodeProto node = vertex.isNode() ? scope.node(vertex.node()) : maker(vertex.tensor());
        if (node == null) {
            return "input";
        }
        int operands = flow.dependentOperands(node);
        if (isSkipNorm(node) && !vertex.isNode() && !isSum(node, vertex.tensor())) {
            return "norm in " + node.getOpType();
        }
        if (isSkipNorm(node) || (SUMS.contains(node.getOpType()) && operands >= 2)) {
            return "residual sum";
        }
        return node.getOpType() + " of " + operands;
    }

    /** What made a tensor before it was cast or rounded. */
    private @Nullable NodeProto maker(String tensor) {
        NodeProto node = scope.producerNode(tensor);
        while (node != null && (PASSING.contains(node.getOpType()) || ROUNDING.contains(node.getOpType()))) {
            node = scope.producerNode(node.getInput(0));
        }
        return node;
    }

    private Point point(int position, Vertex vertex) {
        if (vertex.isNode()) {
            return Point.skip(vertex.node(), scope.node(vertex.node()));
        }
        NodeProto producer = scope.producerNode(vertex.tensor());
        Integer index = scope.producer(vertex.tensor());
        if (producer == null || index == null) {
            throw new BadFile(name(position) + " has no producer in its graph");
        }
        // The sum that a skip-norm returns beside the norm: steering it alone would leave the norm behind.
        if (isSkipNorm(producer) && isSum(producer, vertex.tensor())) {
            return Point.skip(index, producer);
        }
        return Point.tensor(index, vertex.tensor());
    }

    /** Steering before a cast reaches all that read the uncast tensor, too. */
    private int earliest(int position) {
        int at = position;
        while (!flow.vertex(at).isNode()) {
            NodeProto node = scope.producerNode(flow.vertex(at).tensor());
            if (node == null || !PASSING.contains(node.getOpType())) {
                return at;
            }
            int before = flow.position(Vertex.of(node.getInput(0)));
            if (before < 0 || !flow.isCut(before)) {
                return at;
            }
            at = before;
        }
        return at;
    }

    private String name(int position) {
        Vertex vertex = flow.vertex(position);
        return vertex.isNode()
                ? "'" + scope.node(vertex.node()).getName() + "' ("
                        + scope.node(vertex.node()).getOpType() + ")"
                : "'" + vertex.tensor() + "'";
    }
}
