package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.core.BadFile;
import dev.steering.core.SteeringException;
import dev.steering.export.instrument.find.ResidualFlow.Vertex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of layers in the names of nodes and weights, as in {@code model.layers.3.mlp.up_proj.weight}. Points are never found
 * by names; where there are any, they must not say something else.
 */
final class LayerNames {
    private static final Pattern NUMBER = Pattern.compile("(?<=[A-Za-z][._/])(\\d{1,4})(?=[._/])");
    private static final Set<String> PREPARING =
            Set.of("Transpose", "Cast", "DequantizeLinear", "Reshape", "Unsqueeze", "Squeeze", "Identity");
    private static final int PREPARED = 4;

    private final ResidualFlow flow;
    private final StreamShape shape;
    private final Map<Integer, List<Mention>> layers;

    private record Mention(int position, String name) {}

    private LayerNames(ResidualFlow flow, StreamShape shape, Map<Integer, List<Mention>> layers) {
        this.flow = flow;
        this.shape = shape;
        this.layers = layers;
    }

    /** The names' numbering that spans the decoder; null if there is none. */
    static @Nullable LayerNames of(ResidualFlow flow, StreamShape shape) {
        Map<String, Map<Integer, List<Mention>>> groups = new HashMap<>();
        int products = 0;
        for (int at = 0; at < flow.size(); at++) {
            if (flow.vertex(at).isNode()) {
                NodeProto node = flow.scope().node(flow.vertex(at).node());
                products += LayerAnchors.isBranching(node) ? 1 : 0;
                if (!StreamShape.isPassing(node) && !StreamShape.isRounding(node)) {
                    for (String name : names(flow, node)) {
                        collect(groups, name, at);
                    }
                }
            }
        }
        Map<Integer, List<Mention>> best = null;
        for (Map<Integer, List<Mention>> group : groups.values()) {
            boolean counts =
                    group.keySet().stream().allMatch(number -> number < group.size()) && group.size() <= products;
            if (counts && spans(group, shape.head()) && (best == null || mentions(group) > mentions(best))) {
                best = group;
            }
        }
        return best == null ? null : new LayerNames(flow, shape, best);
    }

    private static void collect(Map<String, Map<Integer, List<Mention>>> groups, String name, int position) {
        Matcher matcher = NUMBER.matcher(name);
        while (matcher.find()) {
            groups.computeIfAbsent(name.substring(0, matcher.start()), prefix -> new TreeMap<>())
                    .computeIfAbsent(Integer.parseInt(matcher.group()), number -> new ArrayList<>())
                    .add(new Mention(position, name));
        }
    }

    private static int mentions(Map<Integer, List<Mention>> group) {
        return group.values().stream().mapToInt(List::size).sum();
    }

    private static boolean spans(Map<Integer, List<Mention>> group, int head) {
        int first = Integer.MAX_VALUE;
        int last = 0;
        for (List<Mention> mentions : group.values()) {
            for (Mention mention : mentions) {
                first = Math.min(first, mention.position());
                last = Math.max(last, mention.position());
            }
        }
        return 2 * (last - first) >= head;
    }

    /** A node's own name and those of weights that only it reads. */
    private static List<String> names(ResidualFlow flow, NodeProto node) {
        List<String> names = new ArrayList<>(List.of(node.getName()));
        for (String input : node.getInputList()) {
            String weight = flow.keeps(input) ? null : weight(flow.scope(), input);
            if (weight != null) {
                names.add(weight);
            }
        }
        return names;
    }

    private static @Nullable String weight(GraphScope scope, String input) {
        String tensor = input;
        for (int step = 0; step < PREPARED && !tensor.isEmpty(); step++) {
            if (scope.consumers(tensor).size() != 1) {
                return null;
            }
            NodeProto maker = scope.producerNode(tensor);
            if (maker == null) {
                return tensor;
            }
            if (!PREPARING.contains(maker.getOpType())) {
                return null;
            }
            tensor = maker.getInput(0);
        }
        return null;
    }

    /** How many layers the names count, given where the last one ends: some exporters number the final norm as well. */
    int count(int lastPoint) {
        int size = layers.size();
        boolean onlyNorm =
                layers.getOrDefault(size - 1, List.of()).stream().allMatch(mention -> mention.position() >= lastPoint);
        return onlyNorm && shape.sums(lastPoint, shape.head() - 1) == 0 ? size - 1 : size;
    }

    /** Whether what is done at a place is named as a layer's. */
    boolean isOf(int position, int layer) {
        Integer producer = flow.scope().producer(flow.vertex(position).tensor());
        int node = producer == null ? -1 : flow.position(Vertex.of(producer));
        return layers.getOrDefault(layer, List.of()).stream().anyMatch(mention -> mention.position() == node);
    }

    /**
     * @param points positions of the points in the flow
     * @throws SteeringException if names count other layers, or if something that is named as one layer's lies in another
     */
    void requireAgrees(List<Integer> points) {
        int found = points.size() - 1;
        int named = count(points.get(found));
        if (named != found) {
            throw new BadFile("the data flow shows " + found + " layers, but names such as '" + example() + "' count "
                    + named + " (rule: what names say must not differ)");
        }
        for (int layer = 0; layer < found; layer++) {
            for (Mention mention : layers.getOrDefault(layer, List.of())) {
                if (mention.position() < points.get(layer) || mention.position() > points.get(layer + 1)) {
                    throw new BadFile("'" + mention.name() + "' is named as part of layer " + layer
                            + ", but lies outside of what the data flow shows to be that layer, from "
                            + name(points.get(layer)) + " to " + name(points.get(layer + 1)));
                }
            }
        }
    }

    private String example() {
        return layers.getOrDefault(layers.size() - 1, List.of()).get(0).name();
    }

    private String name(int position) {
        Vertex vertex = flow.vertex(position);
        return "'" + (vertex.isNode() ? flow.scope().node(vertex.node()).getName() : vertex.tensor()) + "'";
    }
}
