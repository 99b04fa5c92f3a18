package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of a graph through which embeddings become logits, and its cuts: the nodes and tensors that everything has to pass.
 *
 * <p>Vertices are nodes and tensors. {@code Shape} and {@code Size} carry no data. A vertex is kept if it can be reached from
 * an embedding and reaches the logits; in topological order it is a <em>cut</em> if no kept edge jumps over it. Since every
 * kept vertex lies on a way from embedding to logits, these are exactly the vertices that all ways share, whatever order.
 */
public final class ResidualFlow {
    private static final Set<String> NO_DATA = Set.of("Shape", "Size");

    private final GraphScope scope;
    private final List<Vertex> vertices = new ArrayList<>();
    private final Map<Vertex, Integer> positions = new HashMap<>();
    private final boolean[] cut;

    /** A vertex of the data flow: a node of the graph, or a tensor if {@code node} is negative. */
    public record Vertex(int node, String tensor) {
        static Vertex of(int node) {
            return new Vertex(node, "");
        }

        static Vertex of(String tensor) {
            return new Vertex(-1, tensor);
        }

        public boolean isNode() {
            return node >= 0;
        }
    }

    private ResidualFlow(GraphScope scope, Set<Integer> nodes, Set<String> tensors, Set<Integer> sources) {
        this.scope = scope;
        for (int n : scope.order()) {
            if (nodes.contains(n)) {
                add(Vertex.of(n));
                for (String output : scope.node(n).getOutputList()) {
                    if (tensors.contains(output)) {
                        add(Vertex.of(output));
                    }
                }
            }
        }
        this.cut = cuts(sources);
    }

    /**
     * @param sources the nodes that look embeddings up
     * @param target the tensor with logits
     */
    static ResidualFlow between(GraphScope scope, Set<Integer> sources, String target) {
        Set<Integer> reached = reachable(scope, sources);
        Set<Integer> nodes = new HashSet<>();
        Set<String> tensors = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(target));
        while (!open.isEmpty()) {
            String tensor = open.pop();
            Integer producer = scope.producer(tensor);
            if (producer == null || !reached.contains(producer) || !tensors.add(tensor)) {
                continue;
            }
            if (nodes.add(producer) && !sources.contains(producer)) {
                open.addAll(scope.reads(producer));
            }
        }
        return new ResidualFlow(scope, nodes, tensors, sources);
    }

    private static Set<Integer> reachable(GraphScope scope, Set<Integer> sources) {
        Set<Integer> reached = new HashSet<>();
        Deque<Integer> open = new ArrayDeque<>(sources);
        while (!open.isEmpty()) {
            int n = open.pop();
            if (NO_DATA.contains(scope.node(n).getOpType()) || !reached.add(n)) {
                continue;
            }
            for (String output : scope.node(n).getOutputList()) {
                if (!output.isEmpty()) {
                    open.addAll(scope.consumers(output));
                }
            }
        }
        return reached;
    }

    private void add(Vertex vertex) {
        positions.put(vertex, vertices.size());
        vertices.add(vertex);
    }

    private boolean[] cuts(Set<Integer> sources) {
        int[] jumps = new int[vertices.size() + 1];
        for (int source : sources) {
            Integer at = positions.get(Vertex.of(source));
            if (at != null && sources.size() > 1) {
                jump(jumps, -1, at);
            }
        }
        for (int at = 0; at < vertices.size(); at++) {
            Vertex vertex = vertices.get(at);
            if (vertex.isNode()) {
                for (String output : scope.node(vertex.node()).getOutputList()) {
                    jump(jumps, at, positions.getOrDefault(Vertex.of(output), at));
                }
            } else {
                for (int reader : scope.consumers(vertex.tensor())) {
                    jump(jumps, at, positions.getOrDefault(Vertex.of(reader), at));
                }
            }
        }
        boolean[] isCut = new boolean[vertices.size()];
        int over = 0;
        for (int at = 0; at < isCut.length; at++) {
            over += jumps[at];
            isCut[at] = over == 0;
        }
        return isCut;
    }

    /** An edge jumps over everything strictly between its ends. */
    private static void jump(int[] jumps, int from, int to) {
        if (to > from + 1) {
            jumps[from + 1]++;
            jumps[to]--;
        }
    }

    public GraphScope scope() {
        return scope;
    }

    public int size() {
        return vertices.size();
    }

    public Vertex vertex(int position) {
        return vertices.get(position);
    }

    boolean isCut(int position) {
        return cut[position];
    }

    /** Position of a vertex in topological order; -1 if it is not kept. */
    int position(Vertex vertex) {
        return positions.getOrDefault(vertex, -1);
    }

    boolean keeps(int node) {
        return positions.containsKey(Vertex.of(node));
    }

    boolean keeps(String tensor) {
        return positions.containsKey(Vertex.of(tensor));
    }

    /** Inputs of a node that depend on the embeddings, each as often as it is read. */
    int dependentOperands(NodeProto node) {
        return (int) node.getInputList().stream().filter(this::keeps).count();
    }
}
