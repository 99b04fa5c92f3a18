package dev.steering.export.decoder;

import dev.steering.export.graph.GraphBuilder;

/** Values [batch, sequence, heads * size] as heads and back, and padded to the size that ONNX Runtime's attention takes. */
final class HeadShapes {
    private final GraphBuilder graph;

    HeadShapes(GraphBuilder graph) {
        this.graph = graph;
    }

    /** [batch, sequence, heads, size]. */
    String heads(String output, String value, int size) {
        return graph.node("Reshape", output, value, shape(size));
    }

    /** [batch, sequence, heads * size]. */
    String flat(String output, String heads) {
        if (!graph.has("shape.flat")) {
            graph.longs("shape.flat", new long[] {0, 0, -1}, 3);
        }
        return graph.node("Reshape", output, heads, "shape.flat");
    }

    /** Zeros behind every head: they add nothing to a score, and the values' zeros are cut off again. */
    String padded(String value, int size, int wide) {
        if (size == wide) {
            return value;
        }
        String padding = "head.padding." + size + "." + wide;
        if (!graph.has(padding)) {
            graph.longs(padding, new long[] {0, 0, 0, 0, 0, 0, 0, wide - (long) size}, 8);
        }
        String heads = heads(value + ".to_pad", value, size);
        return flat(value + ".padded", graph.node("Pad", value + ".wide", heads, padding));
    }

    /** The first components of every head. */
    String cut(String value, int wide, int size) {
        if (size == wide) {
            return value;
        }
        String end = "head.end." + size;
        if (!graph.has("head.start")) {
            graph.longs("head.start", new long[] {0}, 1);
            graph.longs("head.axis", new long[] {3}, 1);
        }
        if (!graph.has(end)) {
            graph.longs(end, new long[] {size}, 1);
        }
        String heads = heads(value + ".wide", value, wide);
        return flat(value + ".unpadded", graph.node("Slice", value + ".cut", heads, "head.start", end, "head.axis"));
    }

    private String shape(int size) {
        String name = "shape.heads." + size;
        return graph.has(name) ? name : graph.longs(name, new long[] {0, 0, -1, size}, 4);
    }
}
