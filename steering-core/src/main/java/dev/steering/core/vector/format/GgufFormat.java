package dev.steering.core.vector.format;

import dev.steering.core.AtomicFiles;
import dev.steering.core.files.FileMark;
import dev.steering.core.origin.VectorOrigin;
import dev.steering.core.origin.VectorOrigin.ImpliedUse;
import dev.steering.core.vector.SteeringVector;
import dev.steering.core.vector.format.GgufReader.Value;
import dev.steering.core.vector.format.ReadingOptions.Keep;
import dev.steering.core.vector.format.ReadingOptions.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Control vectors in GGUF: {@code direction.k} is added to the output of the 0-based block k, at every position.
 *
 * <p>repeng (vgel/repeng, {@code export_gguf}) and EasySteer (ZJU-REAL/EasySteer, {@code export_gguf}) measure it there, too; llama.cpp's
 * own generator measured it one block earlier, which only the type of {@code controlvector.layer_count} hints at. Metadata decides
 * nothing else: llama.cpp reads none of it.
 */
final class GgufFormat implements VectorFormat {
    static final String ARCHITECTURE = "general.architecture";
    static final String DIRECTION = "direction.";
    static final int ALIGNMENT = 32;

    private static final String CONTROL_VECTOR = "controlvector";
    private static final String HINT = CONTROL_VECTOR + ".model_hint";
    private static final String METHOD = CONTROL_VECTOR + ".method";
    private static final String TOOL = CONTROL_VECTOR + ".tool";
    private static final String COUNT = CONTROL_VECTOR + ".layer_count";
    private static final String OWN_TOOL = "steer";
    private static final int VERSION = 3;

    @Override
    public String name() {
        return "gguf";
    }

    @Override
    public String words() {
        return "a GGUF control vector";
    }

    @Override
    public FileMark mark() {
        return FileMark.beginning(words(), GgufReader.MAGIC);
    }

    @Override
    public ForeignVector read(Path file, ReadingOptions options) {
        RowGatherer gatherer = new RowGatherer(file, "GGUF control vector");
        Map<String, Value> metadata;
        try (GgufReader reader = new GgufReader(file, gatherer)) {
            reader.read();
            metadata = reader.metadata();
        }
        Tool tool = Tool.of(metadata, options);
        LayerRows rows = gatherer.rows();
        List<String> remarks = new ArrayList<>(gatherer.remarks());
        String architecture = text(metadata, ARCHITECTURE);
        if (architecture != null && !architecture.equals(CONTROL_VECTOR)) {
            remarks.add("its architecture is '" + architecture + "', expected '" + CONTROL_VECTOR + "'.");
        }
        if (tool.moves()) {
            var moved = rows.shifted(-1, LayerRows.MOST_LAYERS);
            if (moved.isEmpty()) {
                throw gatherer.unusable(
                        "its only row was measured in front of the first layer", "Keep its effect instead.");
            }
            rows = new LayerRows(moved);
        } else if (rows.layers().contains(0)) {
            remarks.add("it has a direction for layer 0, as EasySteer writes it: llama.cpp refuses such a file.");
        }
        remarks.addAll(tool.remarks());
        VectorOrigin origin =
                new VectorOrigin(name(), tool.words(), rows.layers(), true, new ImpliedUse(rows.layers(), 1, true));
        String method = text(metadata, METHOD);
        String model = text(metadata, HINT);
        return new ForeignVector(
                rows,
                origin,
                0,
                model == null || model.isEmpty() ? ForeignVector.UNKNOWN : model,
                method == null || method.isEmpty() ? tool.words() : method,
                remarks,
                null);
    }

    static @Nullable String text(Map<String, Value> metadata, String key) {
        Value value = metadata.get(key);
        return value != null && value.value() instanceof String text ? text : null;
    }

    /** Who wrote a file, and what becomes of its rows. */
    private record Tool(String words, boolean moves, List<String> remarks) {
        static Tool of(Map<String, Value> metadata, ReadingOptions options) {
            Value count = metadata.get(COUNT);
            boolean generatorsMark = count != null && count.type() == GgufReader.I32;
            Source source = options.source();
            if (source == Source.LLAMA_CPP_GENERATOR) {
                boolean moves = options.keep() == Keep.MEANING;
                String kept = moves
                        ? "its rows keep their meaning: each belongs to the block where it was measured, one before the block that"
                                + " llama.cpp adds it to."
                        : "its rows keep their effect: each is added where llama.cpp adds it, one block behind the one where it was"
                                + " measured.";
                return new Tool(source.toString(), moves, List.of(kept));
            }
            if (source != null) {
                return new Tool(source.toString(), false, List.of());
            }
            boolean easySteer = metadata.containsKey(CONTROL_VECTOR + ".easysteer")
                    || metadata.containsKey(CONTROL_VECTOR + ".normalize");
            if (generatorsMark) {
                return new Tool(
                        Source.LLAMA_CPP_GENERATOR.toString(),
                        false,
                        List.of(
                                "its layer_count is an INT32, as llama.cpp's own generator writes it, which measures a row at the"
                                        + " output of the block before the one that it is added to. Rows keep their effect here, as in"
                                        + " llama.cpp; converting the file can keep their meaning instead."));
            }
            String named = text(metadata, TOOL);
            if (named != null && named.equals(OWN_TOOL)) {
                return new Tool(OWN_TOOL, false, List.of());
            }
            String said = easySteer
                    ? Source.EASYSTEER.toString()
                    : count == null ? ForeignVector.UNKNOWN : Source.REPENG.toString();
            return new Tool(said, false, List.of());
        }
    }

    @Override
    public void write(Path file, LayerRows rows, SteeringVector vector) {
        AtomicFiles.write(file, out -> {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            head.writeBytes(GgufReader.MAGIC.getBytes(StandardCharsets.US_ASCII));
            putInt(head, VERSION);
            putLong(head, rows.layers().size());
            putLong(head, 5);
            putText(head, ARCHITECTURE, CONTROL_VECTOR);
            putText(head, HINT, vector.provenance().modelName());
            putText(head, METHOD, vector.provenance().method());
            putText(head, TOOL, OWN_TOOL);
            putString(head, COUNT);
            putInt(head, GgufReader.U32);
            putInt(head, rows.layers().size());
            long offset = 0;
            for (int layer : rows.layers()) {
                putString(head, DIRECTION + layer);
                putInt(head, 1);
                putLong(head, rows.hidden());
                putInt(head, 0);
                putLong(head, offset);
                offset += padded((long) rows.hidden() * Float.BYTES);
            }
            out.write(head.toByteArray());
            pad(out, head.size());
            for (int layer : rows.layers()) {
                byte[] bytes = floats(rows.row(layer));
                out.write(bytes);
                pad(out, bytes.length);
            }
        });
    }

    static byte[] floats(float[] row) {
        ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(row);
        return bytes.array();
    }

    private static long padded(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void pad(OutputStream out, long bytes) throws IOException {
        out.write(new byte[(int) (padded(bytes) - bytes)]);
    }

    private static void putText(ByteArrayOutputStream out, String key, String value) {
        putString(out, key);
        putInt(out, GgufReader.TEXT);
        putString(out, value);
    }

    private static void putString(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        putLong(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void putInt(ByteArrayOutputStream out, int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private static void putLong(ByteArrayOutputStream out, long value) {
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
    }
}
