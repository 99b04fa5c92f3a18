package dev.steering.testkit;

import dev.steering.core.bundle.GraphContract;
import dev.steering.core.bundle.GraphSignature.CacheEntry;
import dev.steering.core.bundle.GraphSignature.Input;
import dev.steering.core.bundle.GraphSignature.Padding;
import dev.steering.core.safetensors.DType;
import dev.steering.testkit.ToyDecoder.Positions;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes a {@link ToyDecoder}'s graph. */
final class ToyGraph {
    private final ToyDecoder toy;
    private final TestGraph graph = new TestGraph();
    private final Random random = new Random(5);

    ToyGraph(ToyDecoder toy) {
        this.toy = toy;
    }

    byte[] build() {
        inputs();
        String embedded = embedding();
        graph.node("Shape", "ids.shape", "tokens");
        graph.node("Gather", "new", "ids.shape", graph.longs("one", new long[] {1}));
        String key = rotated(
                "k",
                einsum(
                        "k",
                        "bsi,ihd->bhsd",
                        embedded,
                        weights("wk", ToyDecoder.HIDDEN, ToyDecoder.HEADS, ToyDecoder.SIZE)));
        String value = einsum(
                "v", "bsi,ihd->bhsd", embedded, weights("wv", ToyDecoder.HIDDEN, ToyDecoder.HEADS, ToyDecoder.SIZE));
        String query = rotated(
                "q",
                einsum(
                        "q",
                        "bsi,ihd->bhsd",
                        embedded,
                        weights("wq", ToyDecoder.HIDDEN, ToyDecoder.HEADS, ToyDecoder.SIZE)));
        cache(key, value);
        attention(query);
        String out = einsum(
                "branch",
                "bhsd,hdo->bso",
                "mixed",
                weights("wo", ToyDecoder.HEADS, ToyDecoder.SIZE, ToyDecoder.HIDDEN));
        String last = steered(1, graph.node("Add", "layer", embedded, out));
        outputs(embedded, last);
        return graph.toBytes();
    }

    private void inputs() {
        for (Input input : toy.signature().inputs()) {
            Object[] axes = input.rank() == 2 ? new Object[] {"b", input.name()} : new Object[] {input.name()};
            graph.input(input.name(), type(input.type()), axes);
        }
        for (CacheEntry entry : toy.entries()) {
            graph.input(entry.past(), type(entry.type()), axes(entry));
        }
        graph.input(GraphContract.STEERING_VECTORS, DType.F32, 2L, "k", (long) ToyDecoder.HIDDEN);
        graph.input(GraphContract.STEERING_COEFFS, DType.F32, "b1", "s1", "k");
        graph.input(GraphContract.CAPTURE_WEIGHTS, DType.F32, "b", "m", "s");
        graph.input(GraphContract.LOGIT_POSITIONS, DType.I64, "b", "j");
    }

    private String embedding() {
        graph.node("Gather", "words", weights("table", ToyDecoder.VOCABULARY, ToyDecoder.HIDDEN), "tokens");
        graph.node("Gather", "kinds", weights("segment.table", 1, ToyDecoder.HIDDEN), "segments");
        String sum = graph.node("Add", "words.kinds", "words", "kinds");
        if (toy.positions() == Positions.GIVEN) {
            graph.node(
                    "Gather", "places", weights("position.table", ToyDecoder.CONTEXT, ToyDecoder.HIDDEN), "positions");
            sum = graph.node("Add", "words.kinds.places", sum, "places");
        }
        return steered(0, sum);
    }

    private String steered(int point, String x) {
        graph.node("Gather", "v" + point, GraphContract.STEERING_VECTORS, graph.longs("p" + point, new long[] {point}));
        graph.node("MatMul", "delta" + point, GraphContract.STEERING_COEFFS, "v" + point);
        return graph.node("Add", "point" + point, x, "delta" + point);
    }

    /** Rotary embedding: the first half of a head is the real part, the second the imaginary one. */
    private String rotated(String name, String x) {
        if (!graph.has("cos")) {
            angles();
        }
        graph.node("Split", List.of(x), List.of(name + ".re", name + ".im"), Map.of("axis", 3L, "num_outputs", 2L));
        graph.node("Mul", name + "0", name + ".re", "cos");
        graph.node("Mul", name + "1", name + ".im", "sin");
        graph.node("Mul", name + "2", name + ".re", "sin");
        graph.node("Mul", name + "3", name + ".im", "cos");
        graph.node("Sub", name + ".re2", name + "0", name + "1");
        graph.node("Add", name + ".im2", name + "2", name + "3");
        return concat(name + ".rotated", 3, name + ".re2", name + ".im2");
    }

    private void angles() {
        if (toy.positions() == Positions.COUNTED) {
            graph.node("Add", "all", pastLength(), "new");
            graph.node("Range", "count", pastLength(), "all", "one");
            graph.node("Cast", List.of("count"), List.of("places.f"), Map.of("to", 1L));
        } else {
            graph.node("Cast", List.of("positions"), List.of("places.f"), Map.of("to", 1L));
        }
        graph.node("Unsqueeze", "places.4", "places.f", graph.longs("ends", ends(), ends().length));
        graph.node("Mul", "angle", "places.4", graph.floats("frequencies", new float[] {1, 0.3f}, 2));
        graph.node("Cos", "cos", "angle");
        graph.node("Sin", "sin", "angle");
    }

    /** [B,S] or [S] becomes [B|1,1,S,1]. */
    private long[] ends() {
        return toy.positions() == Positions.GIVEN ? new long[] {1, 3} : new long[] {0, 1, 3};
    }

    private String pastLength() {
        if (graph.has("past.length")) {
            return "past.length";
        }
        if (toy.entries().isEmpty()) {
            return graph.longs("past.length", new long[] {0});
        }
        CacheEntry entry = toy.entries().get(0);
        graph.node("Shape", "past.shape", entry.past());
        long axis = entry.shape().indexOf(CacheEntry.LENGTH);
        return graph.node("Gather", "past.length", "past.shape", graph.longs("past.axis", new long[] {axis}));
    }

    /** Defines "keys" and "values", [B,2,T,4]. */
    private void cache(String key, String value) {
        switch (toy.layout()) {
            case ABSENT -> {
                graph.node("Identity", "keys", key);
                graph.node("Identity", "values", value);
            }
            case SPLIT -> {
                graph.node("Identity", "keys", concat("present.key", 2, "past.key", key));
                graph.node("Identity", "values", concat("present.value", 2, "past.value", value));
            }
            case HALF -> {
                half("key", key);
                half("value", value);
            }
            case JOINT -> {
                String both = concat("both", 3, key, value);
                concat("present.both", 2, "past.both", both);
                graph.node(
                        "Split",
                        List.of("present.both"),
                        List.of("keys", "values"),
                        Map.of("axis", 3L, "num_outputs", 2L));
            }
            case FOLDED -> {
                String turned = einsum("k.turned", "bhsd->bhds", key);
                concat("present.key", 2, "past.key", fold("k", turned, ToyDecoder.SIZE, -1));
                concat("present.value", 1, "past.value", fold("v", value, -1, ToyDecoder.SIZE));
                String unfolded = unfold("present.key", ToyDecoder.SIZE, -1);
                einsum("keys", "bhdt->bhtd", unfolded);
                graph.node("Identity", "values", unfold("present.value", -1, ToyDecoder.SIZE));
            }
        }
    }

    private void half(String name, String value) {
        graph.node("Cast", List.of(value), List.of(name + ".half"), Map.of("to", 10L));
        concat("present." + name, 2, "past." + name, name + ".half");
        graph.node("Cast", List.of("present." + name), List.of(name + "s"), Map.of("to", 1L));
    }

    /** [B,2,x,y] to [2B,x,y]; -1 stands for the new tokens. */
    private String fold(String name, String value, int x, int y) {
        String first = x < 0 ? lengthAxis() : constant("fold." + name + ".x", x);
        String second = y < 0 ? lengthAxis() : constant("fold." + name + ".y", y);
        String shape = concat("fold." + name + ".shape", 0, constant("fold." + name + ".b", -1), first, second);
        return graph.node("Reshape", "fold." + name, value, shape);
    }

    private String lengthAxis() {
        return graph.has("new.1") ? "new.1" : graph.node("Unsqueeze", "new.1", "new", constant("axis.0", 0));
    }

    /** [2B,x,y] to [B,2,x,y], whatever -1 stands for. */
    private String unfold(String value, int x, int y) {
        String rows = graph.node("Unsqueeze", value + ".rows", rows(), constant(value + ".0", 0));
        String shape = concat(
                value + ".shape",
                0,
                rows,
                constant(value + ".h", ToyDecoder.HEADS),
                constant(value + ".x", x),
                constant(value + ".y", y));
        return graph.node("Reshape", value + ".unfolded", value, shape);
    }

    private String rows() {
        return graph.has("rows")
                ? "rows"
                : graph.node("Gather", "rows", "ids.shape", graph.longs("zero", new long[] {0}));
    }

    private String constant(String name, long value) {
        return graph.longs(name, new long[] {value}, 1);
    }

    /** Defines "mixed", [B,2,S,4]. */
    private void attention(String query) {
        einsum("products", "bhsd,bhtd->bhst", query, "keys");
        graph.node("Add", "end", pastLength(), "new");
        graph.node("Range", "places.new", pastLength(), "end", "one");
        graph.node("Range", "places.all", graph.longs("nought", new long[] {0}), "end", "one");
        graph.node("Unsqueeze", "places.column", "places.new", constant("axis.1", 1));
        graph.node("LessOrEqual", "visible", "places.all", "places.column");
        String never = graph.floats("never", new float[] {-1e9f});
        graph.node("Where", "causal", "visible", graph.floats("always", new float[] {0}), never);
        String scores = graph.node("Add", "products.causal", "products", "causal");
        if (toy.padding() != Padding.NONE) {
            graph.node("Cast", List.of("mask"), List.of("mask.f"), Map.of("to", 1L));
            graph.node("Sub", "mask.gaps", graph.floats("unit", new float[] {1}), "mask.f");
            graph.node("Mul", "mask.bias", "mask.gaps", "never");
            graph.node("Unsqueeze", "mask.4", "mask.bias", graph.longs("axes.12", new long[] {1, 2}, 2));
            scores = graph.node("Add", "products.masked", scores, "mask.4");
        }
        graph.node("Softmax", List.of(scores), List.of("shares"), Map.of("axis", -1L));
        einsum("mixed", "bhst,bhtd->bhsd", "shares", "values");
    }

    private void outputs(String first, String last) {
        for (int p = 0; p < 2; p++) {
            einsum("pool" + p, "bms,bsh->bmh", GraphContract.CAPTURE_WEIGHTS, p == 0 ? first : last);
            graph.node("Unsqueeze", "pooled" + p, "pool" + p, constant("pool.axis" + p, 1));
        }
        concat(GraphContract.CAPTURED, 1, "pooled0", "pooled1");
        graph.node("Unsqueeze", "wanted", GraphContract.LOGIT_POSITIONS, constant("axis.last", -1));
        graph.node("GatherND", List.of(last, "wanted"), List.of("picked"), Map.of("batch_dims", 1L));
        graph.node("MatMul", "scores", "picked", weights("head", ToyDecoder.HIDDEN, ToyDecoder.VOCABULARY));
        graph.output("scores", DType.F32, "b", "j", (long) ToyDecoder.VOCABULARY);
        graph.output(GraphContract.CAPTURED, DType.F32, "b", 2L, "m", (long) ToyDecoder.HIDDEN);
        for (CacheEntry entry : toy.entries()) {
            Object[] axes = axes(entry);
            axes[entry.shape().indexOf(CacheEntry.LENGTH)] = "total";
            graph.output(entry.present(), type(entry.type()), axes);
        }
    }

    private String einsum(String name, String equation, String... inputs) {
        graph.node("Einsum", List.of(inputs), List.of(name), Map.of("equation", equation));
        return name;
    }

    private String concat(String name, long axis, String... inputs) {
        graph.node("Concat", List.of(inputs), List.of(name), Map.of("axis", axis));
        return name;
    }

    private String weights(String name, long... shape) {
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return graph.floats(name, values, shape);
    }

    private Object[] axes(CacheEntry entry) {
        return entry.shape().stream()
                .map(axis -> axis.matches("\\d+") ? (Object) Long.valueOf(axis) : axis)
                .toArray();
    }

    private DType type(DType type) {
        return switch (type) {
            case I64, I32, F16 -> type;
            default -> DType.F32;
        };
    }
}
