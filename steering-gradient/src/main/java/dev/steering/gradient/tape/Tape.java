package dev.steering.gradient.tape;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.steering.core.safetensors.DType;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A graph that is written and remembered: every operator in order, with the shape of its value. What differentiation reads, and
 * what it writes to. Not thread-safe.
 */
public final class Tape {
    /** ONNX Runtime's own operators among those that are used. */
    private static final Set<String> RUNTIME_OPERATORS = Set.of("FusedMatMul", "RotaryEmbedding");

    private final GraphBuilder graph;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Shape> shapes = new HashMap<>();
    private final Map<String, long[]> constants = new HashMap<>();
    private int fresh;

    public Tape(String name) {
        this.graph = new GraphBuilder(name);
    }

    /** All operators so far, a value's before those that use it. */
    public List<Node> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    public Shape shape(String value) {
        Shape shape = shapes.get(value);
        if (shape == null) {
            throw new IllegalArgumentException("there is no value '" + value + "'");
        }
        return shape;
    }

    public boolean has(String value) {
        return shapes.containsKey(value);
    }

    public String input(String name, DType type, Shape shape) {
        graph.input(name, type, sizes(shape));
        shapes.put(name, shape);
        return name;
    }

    public void output(String name, String value, DType type) {
        graph.node("Identity", name, value);
        graph.output(name, type, sizes(shape(value)));
    }

    private static Object[] sizes(Shape shape) {
        Object[] sizes = new Object[shape.rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = shape.fixed(i) ? Long.valueOf(shape.axis(i)) : shape.axis(i);
        }
        return sizes;
    }

    public String external(String name, DType type, Shape shape, String file, long offset, long bytes) {
        List<Long> sizes = shape.axes().stream().map(Long::valueOf).toList();
        graph.external(name, type, sizes, file, offset, bytes);
        shapes.put(name, shape);
        return name;
    }

    /** A list of whole numbers; the same list is one constant. */
    public String longs(long... values) {
        String name = "longs" + Arrays.toString(values);
        if (!has(name)) {
            graph.longs(name, values, values.length);
            shapes.put(name, Shape.of(values.length));
            constants.put(name, values.clone());
        }
        return name;
    }

    /** A scalar; the same number is one constant. */
    public String number(double value) {
        String name = "number[" + (float) value + "]";
        if (!has(name)) {
            graph.floats(name, new float[] {(float) value});
            shapes.put(name, Shape.of());
        }
        return name;
    }

    public String whole(long value) {
        String name = "whole[" + value + "]";
        if (!has(name)) {
            graph.longs(name, new long[] {value});
            shapes.put(name, Shape.of());
        }
        return name;
    }

    /** Values of a constant that {@link #longs} wrote. */
    public long[] valuesOf(String constant) {
        return Objects.requireNonNull(constants.get(constant), constant).clone();
    }

    public String node(String operator, String... inputs) {
        return node(operator, Map.of(), inputs);
    }

    /** Adds an operator whose shape {@link ShapeRules} knows. */
    public String node(String operator, Map<String, Object> attributes, String... inputs) {
        Node node = new Node(operator, attributes, List.of(inputs), newName(operator));
        Shape shape = ShapeRules.shape(node, this);
        return add(node, shape);
    }

    /** Adds {@code alpha op(A) op(B)}, where op transposes the last two axes or not. */
    public String product(String a, boolean transA, String b, boolean transB, float alpha) {
        if (!transA && !transB && alpha == 1) {
            return node("MatMul", a, b);
        }
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("transA", transA ? 1L : 0L);
        attributes.put("transB", transB ? 1L : 0L);
        attributes.put("alpha", alpha);
        return node("FusedMatMul", attributes, a, b);
    }

    /** Adds an operator that only helps to find places, whose shape the caller knows and which is never differentiated. */
    public String opaque(Shape shape, String operator, Map<String, Object> attributes, String... inputs) {
        return add(new Node(operator, attributes, List.of(inputs), newName(operator)), shape);
    }

    public String opaque(Shape shape, String operator, String... inputs) {
        return opaque(shape, operator, Map.of(), inputs);
    }

    public ModelProto build() {
        return graph.build("steering-export", Map.of());
    }

    private String newName(String operator) {
        return operator.toLowerCase(Locale.ROOT) + "." + fresh++;
    }

    private String add(Node node, Shape shape) {
        if (RUNTIME_OPERATORS.contains(node.operator())) {
            graph.fused(node.operator(), node.inputs(), List.of(node.output()), node.attributes());
        } else {
            graph.node(node.operator(), node.inputs(), List.of(node.output()), node.attributes());
        }
        nodes.add(node);
        shapes.put(node.output(), shape);
        return node.output();
    }
}
