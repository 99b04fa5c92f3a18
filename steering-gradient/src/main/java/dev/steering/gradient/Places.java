package dev.steering.gradient;

import dev.steering.core.safetensors.DType;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.DecoderSpec.Layer;
import dev.steering.export.decoder.DecoderSpec.LearnedPositions;
import dev.steering.export.decoder.DecoderSpec.QueryGrowth;
import dev.steering.export.decoder.rotary.RotaryTable;
import dev.steering.export.decoder.rotary.RotaryTables;
import dev.steering.gradient.tape.Shape;
import dev.steering.gradient.tape.Tape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which positions see each other, and how positions turn heads. Rows are padded on the right and nobody looks ahead, so padding is
 * seen by padding only, and needs no mask.
 */
final class Places {
    /** Added to the score of what must not be seen: its share becomes exactly 0. */
    private static final double HIDDEN = -1e9;

    private static final String SEQUENCE = "sequence";

    private final DecoderSpec spec;
    private final Tape tape;
    private final String rotaryFile;
    private final String length;
    private final Map<Integer, String> masks = new HashMap<>();
    private final Map<Integer, Turn> turns = new HashMap<>();

    private record Turn(String positions, String cosines, String sines) {}

    Places(DecoderSpec spec, Tape tape, String rotaryFile) {
        this.spec = spec;
        this.tape = tape;
        this.rotaryFile = rotaryFile;
        String sizes = tape.opaque(Shape.of(2), "Shape", GradientNames.TOKENS);
        this.length = tape.opaque(Shape.of(), "Gather", sizes, tape.whole(1));
    }

    /**
     * What is added to the scores of a group of query heads, one head's positions after the other's.
     *
     * @param window number of last positions that are seen, the own one included; 0 for all
     * @return {@code [group * sequence, sequence]}
     */
    String mask(int window) {
        return masks.computeIfAbsent(window, this::newMask);
    }

    private String newMask(int window) {
        Shape square = Shape.of(SEQUENCE, SEQUENCE);
        String range = range();
        String column = tape.node("Unsqueeze", range, tape.longs(1));
        String distance = tape.opaque(square, "Sub", column, range);
        String ahead = tape.opaque(square, "Less", distance, tape.whole(0));
        String unseen = window == 0
                ? ahead
                : tape.opaque(square, "Or", ahead, tape.opaque(square, "Less", tape.whole(window - 1L), distance));
        String mask = tape.opaque(square, "Where", unseen, tape.number(HIDDEN), tape.number(0));
        int group = spec.attention().heads() / spec.attention().kvHeads();
        if (group == 1) {
            return mask;
        }
        Shape repeated = Shape.of(group, SEQUENCE, SEQUENCE);
        String copies = tape.opaque(repeated, "Expand", mask, tape.longs(group, 1, 1));
        return tape.node("Reshape", copies, tape.longs(-1, 0));
    }

    /** Heads turned by their positions, {@code [batch, heads, sequence, headDim]}. */
    String turned(Layer layer, String heads) {
        if (layer.rotary() == Layer.NO_ROTARY) {
            return heads;
        }
        Turn turn = turns.computeIfAbsent(layer.rotary(), this::newTurn);
        int size = 2 * spec.rotaries().get(layer.rotary()).pairs();
        Map<String, Object> attributes =
                new HashMap<>(Map.of("interleaved", spec.attention().interleaved() ? 1L : 0L));
        if (size < spec.attention().headDim()) {
            attributes.put("num_heads", Long.valueOf(tape.shape(heads).axis(1)));
            attributes.put("rotary_embedding_dim", (long) size);
        }
        return tape.node("RotaryEmbedding", attributes, heads, turn.positions(), turn.cosines(), turn.sines());
    }

    /** The rows of a table of learned positions, {@code [sequence, hidden]}. */
    String learned(FrozenWeights weights, String table, LearnedPositions positions) {
        String rows = tape.opaque(Shape.of(SEQUENCE), "Add", range(), tape.whole(positions.offset()));
        return weights.lookedUp(table, rows, false, positions.rows(), spec.hidden());
    }

    /** What queries grow by, {@code [sequence, 1]}. */
    String growth(QueryGrowth growth) {
        Shape sequence = Shape.of(SEQUENCE);
        String position = tape.opaque(sequence, "Cast", Map.of("to", (long) DType.F32.onnxNumber()), range());
        String ratio = tape.opaque(sequence, "Div", position, tape.number(growth.context()));
        String steps = tape.opaque(sequence, "Floor", ratio);
        String logarithm = tape.node("Log", tape.node("Add", steps, tape.number(1)));
        String factor = tape.node("Add", tape.node("Mul", logarithm, tape.number(growth.beta())), tape.number(1));
        return tape.node("Unsqueeze", factor, tape.longs(1));
    }

    /** {@code slope * position} of every key, {@code [heads, 1, sequence]}; there are as many keys as queries. */
    String slopes(List<Float> slopes) {
        Shape sequence = Shape.of(SEQUENCE);
        String position = tape.opaque(sequence, "Cast", Map.of("to", (long) DType.F32.onnxNumber()), range());
        List<String> rows = new ArrayList<>();
        for (float slope : slopes) {
            rows.add(tape.node("Unsqueeze", tape.node("Mul", position, tape.number(slope)), tape.longs(0, 1)));
        }
        return tape.opaque(
                Shape.of(slopes.size(), 1, SEQUENCE), "Concat", Map.of("axis", 0L), rows.toArray(String[]::new));
    }

    private Turn newTurn(int index) {
        RotaryTable table = spec.rotaries().get(index);
        Shape shape = Shape.of(table.rows(spec.context()), table.pairs());
        long bytes = RotaryTables.bytes(table, spec.context());
        long offset = RotaryTables.offset(spec.rotaries(), index, spec.context());
        String cosines = tape.external("cos." + index, DType.F32, shape, rotaryFile, offset, bytes);
        String sines = tape.external("sin." + index, DType.F32, shape, rotaryFile, offset + bytes, bytes);
        return new Turn(positions(table), cosines, sines);
    }

    /**
     * Positions in the table: the first one's where all rows count alike, else one for every token. See {@link RotaryTable} for the
     * shift of rows that are longer than the original context.
     */
    private String positions(RotaryTable table) {
        if (table.beyond() == null) {
            return tape.longs(0);
        }
        Shape batch = Shape.of("batch");
        String boundary = tape.whole(table.originalContext());
        String beyond = tape.opaque(batch, "Less", boundary, GradientNames.LENGTHS);
        String shift = tape.opaque(batch, "Where", beyond, boundary, tape.whole(0));
        String column = tape.node("Unsqueeze", shift, tape.longs(1));
        return tape.opaque(Shape.of("batch", SEQUENCE), "Add", column, range());
    }

    private String range() {
        return tape.opaque(Shape.of(SEQUENCE), "Range", tape.whole(0), length, tape.whole(1));
    }
}
