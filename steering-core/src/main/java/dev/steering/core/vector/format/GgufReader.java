package dev.steering.core.vector.format;

import dev.steering.core.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a GGUF file of directions, versions 2 and 3: more strictly than the tools that write it, which take what nobody can have meant
 * (two tensors for one layer, offsets that overlap or wrap, values that are no numbers).
 */
final class GgufReader implements AutoCloseable {
    static final String MAGIC = "GGUF";
    static final int U32 = 4;
    static final int I32 = 5;
    static final int F32_VALUE = 6;
    static final int TEXT = GgufValues.TEXT;

    private static final Map<Integer, DType> TYPES = Map.of(0, DType.F32, 1, DType.F16, 28, DType.F64, 30, DType.BF16);

    /** What a metadata key says. */
    record Value(int type, @Nullable Object value) {}

    private record Tensor(String name, int layer, DType type, int values, long offset) {
        long bytes() {
            return type.bytes(values);
        }
    }

    private final RowGatherer rows;
    private final FileBytes in;
    private final GgufValues values;
    private Map<String, Value> metadata = Map.of();

    GgufReader(Path file, RowGatherer rows) {
        this.rows = rows;
        this.in = FileBytes.open(file, rows);
        this.values = new GgufValues(in, rows, false);
    }

    /** Metadata that is a number or a short text, by key. */
    Map<String, Value> metadata() {
        return metadata;
    }

    void read() {
        long tensors = values.begin();
        metadata = values.read();
        requireVector();
        readRows(readTensors(tensors), in.order());
    }

    /** Models are GGUF files, too, and their metadata says so before thousands of tensors do. */
    private void requireVector() {
        Value architecture = metadata.get(GgufFormat.ARCHITECTURE);
        Value general = metadata.get("general.type");
        boolean model = metadata.containsKey("general.file_type") || metadata.containsKey("tokenizer.ggml.model");
        boolean adapter = general != null && "adapter".equals(general.value());
        if (adapter || model) {
            throw rows.unusable(
                    "it is a GGUF file with " + (adapter ? "an adapter" : "a model") + " of the architecture "
                            + (architecture == null ? ForeignVector.UNKNOWN : "'" + architecture.value() + "'"),
                    "Expected a control vector, whose tensors are direction.1, direction.2 and so on. Of a model fetch the original"
                            + " safetensors checkpoint instead.");
        }
    }

    private List<Tensor> readTensors(long count) {
        if (count == 0) {
            throw rows.unusable("it has no tensors", "Expected direction.1, direction.2 and so on.");
        }
        if (count > LayerRows.MOST_LAYERS) {
            throw rows.unusable(
                    "it has " + count + " tensors, beyond the " + LayerRows.MOST_LAYERS
                            + " layers that a model may have here",
                    "Expected direction.1, direction.2 and so on: is it a model?");
        }
        List<Tensor> tensors = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            tensors.add(readTensor());
        }
        return tensors;
    }

    private Tensor readTensor() {
        String name = in.text("tensor's name", GgufValues.LONGEST_NAME);
        if (!name.startsWith(GgufFormat.DIRECTION)) {
            throw rows.unusable(
                    "it has a tensor '" + name + "'",
                    "Expected a control vector, whose tensors are direction.1, direction.2 and so on.");
        }
        int layer = rows.layer(name, name.substring(GgufFormat.DIRECTION.length()));
        int dimensions = in.i32("tensor's dimensions");
        if (dimensions != 1) {
            throw rows.damaged("'" + name + "' has " + Integer.toUnsignedString(dimensions)
                    + " dimensions, expected one: the hidden size");
        }
        long values = in.i64("tensor's size");
        int type = in.i32("tensor's type");
        DType known = TYPES.get(type);
        if (known == null) {
            throw rows.unusable(
                    "'" + name + "' is of GGML's type number " + type
                            + ", expected F32 (0), F16 (1), BF16 (30) or F64 (28)",
                    "Write it in one of these.");
        }
        if (values < 1 || values > in.size() / known.bytes() || values > LayerRows.MOST_COLUMNS) {
            throw rows.damaged("'" + name + "' has " + Long.toUnsignedString(values) + " values, but the file has only "
                    + in.size() + " bytes");
        }
        return new Tensor(name, layer, known, (int) values, in.i64("tensor's offset"));
    }

    private void readRows(List<Tensor> tensors, ByteOrder order) {
        int alignment = values.alignment(metadata);
        long start = (in.position() + alignment - 1) / alignment * alignment;
        requireLaidOut(tensors, alignment, start);
        for (Tensor tensor : tensors) {
            in.seek(start + tensor.offset());
            ByteBuffer bytes = ByteBuffer.allocate((int) tensor.bytes()).order(order);
            rows.put(
                    tensor.name(),
                    tensor.layer(),
                    rows.values(tensor.name(), tensor.type(), in.bytes(bytes, "values"), tensor.values()));
        }
    }

    /** Every tensor at an aligned place of its own, with nothing between and behind them but padding. */
    private void requireLaidOut(List<Tensor> tensors, int alignment, long start) {
        List<Tensor> sorted = new ArrayList<>(tensors);
        // Unsigned: an offset that wraps around is a very large one.
        sorted.sort(Comparator.comparing(Tensor::offset, Long::compareUnsigned));
        long end = 0;
        String before = "";
        for (Tensor tensor : sorted) {
            long offset = tensor.offset();
            if (offset < 0 || offset > in.size() - start || tensor.bytes() > in.size() - start - offset) {
                throw rows.damaged("the data of '" + tensor.name() + "', " + tensor.bytes() + " bytes at offset "
                        + Long.toUnsignedString(offset) + ", is not within the " + Math.max(0, in.size() - start)
                        + " bytes of data in the file");
            }
            if (offset % alignment != 0) {
                throw rows.damaged("the data of '" + tensor.name() + "' is at offset " + offset
                        + ", expected a multiple of " + alignment);
            }
            if (offset < end) {
                throw rows.damaged("the data of '" + tensor.name() + "' overlaps that of '" + before + "'");
            }
            if (offset - end >= alignment) {
                throw rows.damaged(
                        (offset - end) + " bytes in front of the data of '" + tensor.name() + "' belong to no tensor");
            }
            end = offset + tensor.bytes();
            before = tensor.name();
        }
        if (in.size() - start - end >= alignment) {
            throw rows.damaged(
                    (in.size() - start - end) + " bytes behind the data of '" + before + "' belong to no tensor");
        }
    }

    @Override
    public void close() {
        in.close();
    }
}
