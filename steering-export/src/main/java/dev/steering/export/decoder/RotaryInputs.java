package dev.steering.export.decoder;

import static dev.steering.core.bundle.GraphContract.ATTENTION_MASK;
import static dev.steering.core.bundle.GraphContract.INPUT_IDS;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderSpec.Attention;
import dev.steering.export.decoder.DecoderSpec.HeadNorm;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.QueryGrowth;
import dev.steering.export.decoder.rotary.RotaryTable;
import dev.steering.export.decoder.rotary.RotaryTables;
import dev.steering.export.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Lengths, positions and rotary tables, shared by all layers. */
final class RotaryInputs {
    private static final int GRANULE = 8;

    private final DecoderSpec spec;
    private final DecoderOps ops;
    private final GraphBuilder graph;
    private final String file;

    /** Keys that are taken by another layer have to be turned before they are given to attention. */
    private final boolean shared;

    RotaryInputs(DecoderSpec spec, DecoderOps ops, String file) {
        this.spec = spec;
        this.ops = ops;
        this.graph = ops.graph();
        this.file = file;
        this.shared = spec.layers().stream().anyMatch(layer -> layer.keysOf() != Layer.OWN_KEYS);
    }

    /** GroupQueryAttention wants each row's total length minus one, and the longest, as int32. */
    void write() {
        graph.longs("axis.last", new long[] {1}, 1);
        graph.longs("one", new long[] {1});
        graph.node("ReduceSum", List.of(ATTENTION_MASK, "axis.last"), List.of("lengths"), Map.of("keepdims", 0L));
        graph.node("Sub", "last_indices", "lengths", "one");
        ops.cast("last_indices", "seqlens_k", DType.I32);
        graph.node("Shape", "mask_shape", ATTENTION_MASK);
        graph.node("Gather", "total_length_64", "mask_shape", "one");
        ops.cast("total_length_64", "total_length", DType.I32);
        for (int i = 0; i < spec.rotaries().size(); i++) {
            table(i);
        }
    }

    /**
     * GroupQueryAttention turns queries and keys itself only if the head's size is a multiple of 16 and the number of pairs
     * one of 8, and by one table for all rows.
     */
    boolean insideAttention(int rotary, Attention attention) {
        RotaryTable table = spec.rotaries().get(rotary);
        return attention.headDim() % (2 * GRANULE) == 0
                && table.pairs() % GRANULE == 0
                && table.beyond() == null
                && attention.headNorm() != HeadNorm.EACH_HEAD_TURNED
                && attention.headNorm() != HeadNorm.EACH_HEAD_TURNED_BARE
                && attention.growth() == null
                && attention.latent() == null
                && !shared;
    }

    List<String> tables(int rotary) {
        return List.of(converted("cos_cache." + rotary), converted("sin_cache." + rotary));
    }

    /** Turns the heads of queries or keys, [batch, sequence, heads * headDim]. */
    String rotated(int rotary, String input, int heads, Attention attention) {
        int turned = 2 * spec.rotaries().get(rotary).pairs();
        boolean partial = turned < attention.headDim();
        List<String> inputs = new ArrayList<>(List.of(input, "position_ids." + rotary));
        inputs.addAll(tables(rotary));
        String output = input + ".rotated";
        long interleaved = attention.interleaved() ? 1 : 0;
        graph.fused(
                "RotaryEmbedding",
                inputs,
                List.of(output),
                partial
                        ? Map.of("interleaved", interleaved, "num_heads", (long) heads, "rotary_embedding_dim", (long)
                                turned)
                        : Map.of("interleaved", interleaved));
        return output;
    }

    /** {@code 1 + beta log(1 + floor((position + offset) / context))} of every position, [batch, sequence, 1]. */
    String growth(QueryGrowth growth) {
        String name = "query.growth";
        if (graph.has(name)) {
            return name;
        }
        String positions = positionsInSequence();
        if (growth.offset() != 0) {
            graph.longs(name + ".offset", new long[] {growth.offset()});
            positions = graph.node("Add", name + ".shifted_position", positions, name + ".offset");
        }
        ops.cast(positions, name + ".position", DType.F32);
        graph.floats(name + ".context", new float[] {growth.context()});
        graph.floats(name + ".beta", new float[] {(float) growth.beta()});
        graph.floats(name + ".one", new float[] {1});
        String ratio = graph.node("Div", name + ".ratio", name + ".position", name + ".context");
        String steps = graph.node("Floor", name + ".steps", ratio);
        String logarithm = graph.node("Log", name + ".log", graph.node("Add", name + ".shifted", steps, name + ".one"));
        String grown = graph.node("Mul", name + ".grown", logarithm, name + ".beta");
        String factor = graph.node("Add", name + ".factor", grown, name + ".one");
        graph.longs(name + ".axis", new long[] {-1}, 1);
        return graph.node("Unsqueeze", name, factor, name + ".axis");
    }

    /**
     * {@code slope * position} of every key, [1, heads, sequence, total]. That queries do not count is what a softmax does not see.
     */
    String slopes(List<Float> slopes) {
        String name = "alibi";
        if (graph.has(name)) {
            return name;
        }
        String unused = positionsInSequence();
        float[] values = new float[slopes.size()];
        for (int h = 0; h < values.length; h++) {
            values[h] = slopes.get(h);
        }
        graph.floats(name + ".slopes", values, 1, values.length, 1, 1);
        graph.longs(name + ".heads", new long[] {values.length}, 1);
        graph.longs(name + ".one", new long[] {1}, 1);
        graph.node("Range", name + ".keys", "zero", "total_length_64", "step");
        ops.cast(name + ".keys", name + ".positions", DType.F32);
        String line = graph.node("Mul", name + ".line", name + ".slopes", name + ".positions");
        graph.longs(name + ".axis", new long[] {0}, 1);
        String width = graph.node("Unsqueeze", name + ".width", "width", name + ".axis");
        String total = graph.node("Unsqueeze", name + ".total", "total_length_64", name + ".axis");
        List<String> sizes = List.of(name + ".one", name + ".heads", width, total);
        graph.node("Concat", sizes, List.of(name + ".shape"), Map.of("axis", 0L));
        return graph.node("Expand", name, line, name + ".shape");
    }

    private String converted(String table) {
        return ops.narrow(table);
    }

    private void table(int index) {
        RotaryTable table = spec.rotaries().get(index);
        List<Long> shape = List.of(table.rows(spec.context()), (long) table.pairs());
        long bytes = RotaryTables.bytes(table, spec.context());
        long offset = RotaryTables.offset(spec.rotaries(), index, spec.context());
        graph.external("cos_cache." + index, DType.F32, shape, file, offset, bytes);
        graph.external("sin_cache." + index, DType.F32, shape, file, offset + bytes, bytes);
        boolean outside = IntStream.range(0, spec.layers().size())
                .filter(l -> spec.layers().get(l).rotary() == index)
                .anyMatch(l -> !insideAttention(index, spec.attention(l)));
        if (outside) {
            positions(index, table);
        }
    }

    private void positions(int index, RotaryTable table) {
        String positions = positionsInSequence();
        String name = "position_ids." + index;
        if (table.beyond() == null) {
            graph.node("Identity", name, positions);
            return;
        }
        graph.longs(name + ".boundary", new long[] {table.originalContext()});
        graph.node("Greater", name + ".long", "lengths", name + ".boundary");
        graph.node("Where", name + ".shift", name + ".long", name + ".boundary", "zero");
        graph.node("Unsqueeze", name + ".column", name + ".shift", "axis.last");
        graph.node("Add", name, positions, name + ".column");
    }

    /**
     * Positions of the new tokens, [batch, sequence]. A row's past is its length without the new tokens; in a ragged first
     * pass short rows have less than the width and no past. (With a past, rows are equally long: see LanguageModel.)
     */
    String positionsInSequence() {
        if (graph.has("position_ids")) {
            return "position_ids";
        }
        graph.longs("zero", new long[] {0});
        graph.longs("step", new long[] {1});
        graph.node("Shape", "ids_shape", INPUT_IDS);
        graph.node("Gather", "width", "ids_shape", "one");
        graph.node("Sub", "past_or_padding", "lengths", "width");
        graph.node("Max", "past", "past_or_padding", "zero");
        graph.node("Unsqueeze", "past_column", "past", "axis.last");
        graph.node("Range", "offsets", "zero", "width", "step");
        return graph.node("Add", "position_ids", "past_column", "offsets");
    }
}
