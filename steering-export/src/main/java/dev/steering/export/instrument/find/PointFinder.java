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
 * {@link ResidualFlow} at or before the anchor; {@link LayerEnd} finds the output of the last layer. What names say about layers
 * must agree ({@link LayerNames}); without names, layers must be alike.
 */
final class PointFinder {
    private final ResidualFlow flow;
    private final GraphScope scope;
    private final StreamShape shape;

    private PointFinder(ResidualFlow flow) {
        this.flow = flow;
        this.scope = flow.scope();
        this.shape = new StreamShape(flow);
    }

    /**
     * What is found.
     *
     * @param points in order, one more than there are layers
     * @param named how many layers names count; null if names have no numbers
     */
    record Found(List<Point> points, @Nullable Integer named) {}

    /**
     * @param flow from embeddings to logits
     * @param pasts names of the inputs with cached keys and values
     * @param configured how many layers the model's configuration counts; null if it does not say
     * @return the points
     * @throws SteeringException naming the rule that failed
     */
    static Found find(ResidualFlow flow, Set<String> pasts, @Nullable Integer configured) {
        PointFinder finder = new PointFinder(flow);
        LayerNames names = LayerNames.of(flow, finder.shape);
        List<Integer> points = finder.points(LayerAnchors.find(flow, finder.shape, pasts), names);
        int layers = points.size() - 1;
        if (configured != null && configured != layers) {
            throw new BadFile("the data flow shows " + layers + " layers, but config.json counts " + configured
                    + " (rule: what the configuration says must not differ)");
        }
        if (names != null) {
            names.requireAgrees(points);
        } else if (configured == null) {
            finder.requireAlike(points);
        }
        return new Found(
                points.stream().map(at -> finder.point(at, flow.vertex(at))).toList(), names == null ? null : layers);
    }

    /**
     * The points that somebody names.
     *
     * @param names tensors, or names of skip-norm nodes, in order
     * @throws SteeringException if one is not on the way from the embeddings to the logits
     */
    static Found named(ResidualFlow flow, List<String> names) {
        PointFinder finder = new PointFinder(flow);
        List<Point> points = names.stream().map(finder::named).toList();
        LayerNames numbers = LayerNames.of(flow, finder.shape);
        return new Found(points, numbers == null ? null : numbers.count(HeadInput.last(flow, points)));
    }

    private Point named(String name) {
        for (int at = 0; at < flow.size(); at++) {
            Vertex vertex = flow.vertex(at);
            boolean skip = vertex.isNode() && StreamShape.isSkipNorm(scope.node(vertex.node()));
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

    private List<Integer> points(List<Integer> anchors, @Nullable LayerNames names) {
        Set<Integer> before = new TreeSet<>();
        for (int anchor : anchors) {
            before.add(lastCut(anchor));
        }
        List<Integer> cuts = new ArrayList<>(before);
        if (names == null && shape.sumBefore(cuts.get(0)) >= 0) {
            throw new BadFile(
                    "something is added to the stream before " + name(cuts.get(0))
                            + ", which the first layer seems to read (rule: point 0 is the embedding), and no name says what it is");
        }
        int lastAnchor = anchors.get(anchors.size() - 1);
        cuts.add(new LayerEnd(flow, shape, names).find(cuts, lastAnchor));
        return cuts.stream().map(this::earliest).toList();
    }

    /** Without names, a layer that was overlooked shows in its neighbour, which then seems to have more branches than others. */
    private void requireAlike(List<Integer> points) {
        List<Integer> branches = new ArrayList<>();
        for (int layer = 0; layer + 1 < points.size(); layer++) {
            branches.add(shape.sums(points.get(layer), points.get(layer + 1)));
        }
        if (branches.stream().distinct().count() > 1) {
            throw new BadFile("its layers seem to add different numbers of branches to the stream, " + branches
                    + ", and no names tell whether that is so or layers were overlooked (rule: layers are alike)");
        }
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

    private boolean canBePoint(Vertex vertex) {
        return !vertex.isNode() || StreamShape.isSkipNorm(scope.node(vertex.node()));
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
        if (StreamShape.isSkipNorm(producer) && StreamShape.isSum(producer, vertex.tensor())) {
            return Point.skip(index, producer);
        }
        return Point.tensor(index, vertex.tensor());
    }

    /** Steering before a cast reaches all that read the uncast tensor, too. */
    private int earliest(int position) {
        int at = position;
        while (!flow.vertex(at).isNode()) {
            NodeProto node = scope.producerNode(flow.vertex(at).tensor());
            if (node == null || !StreamShape.isPassing(node)) {
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
