package dev.steering.export.instrument.find;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.steering.core.BadFile;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One graph, or one branch of an {@code If}, as data flow: who makes a tensor, who reads it. Control-flow nodes also read
 * what their subgraphs take from outside. Checked when made: every name is made once and before anybody can need it.
 */
public final class GraphScope {
    private static final int MAX_DEPTH = 32;

    private final GraphProto graph;
    private final Set<String> outer;
    private final @Nullable GraphScope parent;
    private final List<List<String>> reads = new ArrayList<>();
    private final Map<String, Integer> producers = new HashMap<>();
    private final Map<String, List<Integer>> consumers = new HashMap<>();
    private final Set<String> given = new LinkedHashSet<>();
    private final int[] order;

    private GraphScope(GraphProto graph, Set<String> outer, @Nullable GraphScope parent) {
        this.parent = parent;
        this.graph = graph;
        this.outer = outer;
        graph.getInputList().forEach(input -> given.add(input.getName()));
        graph.getInitializerList().forEach(tensor -> given.add(tensor.getName()));
        graph.getSparseInitializerList()
                .forEach(tensor -> given.add(tensor.getValues().getName()));
        for (int n = 0; n < graph.getNodeCount(); n++) {
            index(n, graph.getNode(n));
        }
        requireNothingDangles();
        order = sorted();
    }

    /** The main graph of a model. */
    public static GraphScope of(GraphProto graph) {
        return new GraphScope(graph, Set.of(), null);
    }

    /** A branch of a control-flow node of this graph. */
    public GraphScope branch(GraphProto branch) {
        Set<String> visible = new HashSet<>(outer);
        visible.addAll(given);
        visible.addAll(producers.keySet());
        return new GraphScope(branch, visible, this);
    }

    /** The graph around this branch; null for the main graph. */
    @Nullable
    public GraphScope parent() {
        return parent;
    }

    public GraphProto graph() {
        return graph;
    }

    public NodeProto node(int index) {
        return graph.getNode(index);
    }

    /** Node indices in topological order, the file's own order wherever that is one. */
    public int[] order() {
        return order.clone();
    }

    /** Index of the node that makes a tensor; null for inputs, weights and names from outside. */
    @Nullable
    public Integer producer(String tensor) {
        return producers.get(tensor);
    }

    @Nullable
    public NodeProto producerNode(String tensor) {
        Integer index = producers.get(tensor);
        return index == null ? null : graph.getNode(index);
    }

    public List<Integer> consumers(String tensor) {
        return consumers.getOrDefault(tensor, List.of());
    }

    /** What a node reads, its subgraphs' outer names included. */
    public List<String> reads(int node) {
        return reads.get(node);
    }

    private void index(int n, NodeProto node) {
        for (String output : node.getOutputList()) {
            if (!output.isEmpty() && (producers.put(output, n) != null || given.contains(output))) {
                throw new BadFile("'" + output + "' is made twice.");
            }
        }
        Set<String> names = new LinkedHashSet<>(node.getInputList());
        for (GraphProto subgraph : subgraphs(node)) {
            captured(subgraph, names, 0);
        }
        names.remove("");
        reads.add(List.copyOf(names));
        names.forEach(name ->
                consumers.computeIfAbsent(name, key -> new ArrayList<>()).add(n));
    }

    public static List<GraphProto> subgraphs(NodeProto node) {
        List<GraphProto> graphs = new ArrayList<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.hasG()) {
                graphs.add(attribute.getG());
            }
            graphs.addAll(attribute.getGraphsList());
        }
        return graphs;
    }

    /** Adds the names that a subgraph reads and does not make itself. */
    private static void captured(GraphProto graph, Set<String> into, int depth) {
        if (depth > MAX_DEPTH) {
            throw new BadFile("it has subgraphs nested deeper than " + MAX_DEPTH + ".");
        }
        Set<String> own = new HashSet<>();
        graph.getInputList().forEach(input -> own.add(input.getName()));
        graph.getInitializerList().forEach(tensor -> own.add(tensor.getName()));
        Set<String> wanted = new LinkedHashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            wanted.addAll(node.getInputList());
            subgraphs(node).forEach(subgraph -> captured(subgraph, wanted, depth + 1));
            own.addAll(node.getOutputList());
        }
        graph.getOutputList().forEach(output -> wanted.add(output.getName()));
        wanted.removeAll(own);
        into.addAll(wanted);
    }

    private void requireNothingDangles() {
        for (int n = 0; n < reads.size(); n++) {
            for (String name : reads.get(n)) {
                requireKnown(
                        name,
                        "node '" + graph.getNode(n).getName() + "' ("
                                + graph.getNode(n).getOpType() + ")");
            }
        }
        graph.getOutputList().forEach(output -> requireKnown(output.getName(), "an output of the graph"));
    }

    private void requireKnown(String name, String reader) {
        if (!producers.containsKey(name) && !given.contains(name) && !outer.contains(name)) {
            throw new BadFile(reader + " reads '" + name + "', which nothing makes.");
        }
    }

    private int[] sorted() {
        int count = graph.getNodeCount();
        int[] missing = new int[count];
        for (int n = 0; n < count; n++) {
            missing[n] =
                    (int) reads.get(n).stream().filter(producers::containsKey).count();
        }
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int n = 0; n < count; n++) {
            if (missing[n] == 0) {
                ready.add(n);
            }
        }
        int[] sorted = new int[count];
        int done = 0;
        while (!ready.isEmpty()) {
            int n = ready.remove();
            sorted[done++] = n;
            for (String output : graph.getNode(n).getOutputList()) {
                for (int reader : output.isEmpty() ? List.<Integer>of() : consumers(output)) {
                    if (--missing[reader] == 0) {
                        ready.add(reader);
                    }
                }
            }
        }
        if (done < count) {
            throw new BadFile("its graph has a cycle through node '" + inCycle(missing) + "'.");
        }
        return sorted;
    }

    private String inCycle(int[] missing) {
        for (int n = 0; n < missing.length; n++) {
            if (missing[n] > 0) {
                return graph.getNode(n).getName();
            }
        }
        return "";
    }

    /** Everything that a tensor is computed from: node indices, in topological order. */
    public List<Integer> ancestors(String tensor) {
        Set<Integer> found = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(tensor));
        while (!open.isEmpty()) {
            Integer producer = producers.get(open.pop());
            if (producer != null && found.add(producer)) {
                open.addAll(reads.get(producer));
            }
        }
        List<Integer> ordered = new ArrayList<>();
        for (int n : order) {
            if (found.contains(n)) {
                ordered.add(n);
            }
        }
        return Collections.unmodifiableList(ordered);
    }
}
