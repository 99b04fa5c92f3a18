package dev.steering.core.vector.format;

import dev.steering.core.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    static final int TEXT = 8;
    private static final int LIST = 9;

    /** Bytes of a value of each type; 0 for texts and lists, which say their length. */
    private static final int[] BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    private static final Map<Integer, DType> TYPES = Map.of(0, DType.F32, 1, DType.F16, 28, DType.F64, 30, DType.BF16);

    private static final int LONGEST_NAME = 65_535;
    private static final int LONGEST_TEXT = 4096;
    private static final int DEEPEST_LIST = 8;

    /** A key takes its length, a character and a type; a tensor its name, dimensions, type and offset. */
    private static final int SMALLEST_ENTRY = 13;

    private static final int SMALLEST_TENSOR = 33;

    /** What a metadata key says. */
    record Value(int type, @Nullable Object value) {}

    private record Tensor(String name, int layer, DType type, int values, long offset) {
        long bytes() {
            return type.bytes(values);
        }
    }

    private final RowGatherer rows;
    private final FileBytes in;
    private final Map<String, Value> metadata = new HashMap<>();

    GgufReader(Path file, RowGatherer rows) {
        this.rows = rows;
        this.in = FileBytes.open(file, rows);
    }

    /** Metadata that is a number or a short text, by key. */
    Map<String, Value> metadata() {
        return metadata;
    }

    void read() {
        byte[] magic = new byte[MAGIC.length()];
        in.bytes(ByteBuffer.wrap(magic), "magic");
        in.order(ByteOrder.LITTLE_ENDIAN);
        int version = in.i32("version");
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        if (version == Integer.reverseBytes(3)) {
            order = ByteOrder.BIG_ENDIAN;
            in.order(order);
            version = 3;
        }
        if (version != 2 && version != 3) {
            throw rows.unusable(
                    "it is of version " + Integer.toUnsignedString(version) + " of GGUF, expected 2 or 3",
                    "Write it with a current version of its tool.");
        }
        long tensors = in.count("tensors", SMALLEST_TENSOR);
        long entries = in.count("metadata entries", SMALLEST_ENTRY);
        readMetadata(entries);
        requireVector();
        readRows(readTensors(tensors), order);
    }

    private void readMetadata(long entries) {
        Set<String> keys = new HashSet<>();
        for (long i = 0; i < entries; i++) {
            String key = in.text("metadata key", LONGEST_NAME);
            if (!keys.add(key)) {
                throw rows.damaged("it has the metadata key '" + key + "' twice");
            }
            int type = in.i32("metadata");
            Value value = new Value(type, value(key, type, 0));
            if (value.value() != null) {
                metadata.put(key, value);
            }
        }
    }

    /** A number or a short text; null for what nobody here asks for. */
    private @Nullable Object value(String key, int type, int depth) {
        if (type < 0 || type >= BYTES.length) {
            throw rows.damaged("its metadata '" + key + "' is of the type " + type + ", which there is not");
        }
        if (type == TEXT) {
            return text(key);
        }
        if (type == LIST) {
            skipList(key, depth + 1);
            return null;
        }
        ByteBuffer bytes = in.bytes(ByteBuffer.allocate(BYTES[type]), "metadata");
        return switch (type) {
            case U32, I32 -> integer(bytes);
            case F32_VALUE -> bytes.order(order()).getFloat();
            default -> type;
        };
    }

    private int integer(ByteBuffer bytes) {
        return bytes.order(order()).getInt();
    }

    private ByteOrder order() {
        return in.order();
    }

    private @Nullable String text(String key) {
        long start = in.position();
        long length = in.count("bytes of metadata '" + key + "'", 1);
        if (length > LONGEST_TEXT) {
            in.skip(length, "metadata");
            return null;
        }
        in.seek(start);
        return in.text("metadata '" + key + "'", LONGEST_TEXT);
    }

    private void skipList(String key, int depth) {
        if (depth > DEEPEST_LIST) {
            throw rows.damaged("its metadata '" + key + "' has lists in lists, more than " + DEEPEST_LIST + " deep");
        }
        int type = in.i32("metadata");
        if (type < 0 || type >= BYTES.length) {
            throw rows.damaged("its metadata '" + key + "' is a list of the type " + type + ", which there is not");
        }
        int each = BYTES[type] > 0 ? BYTES[type] : type == TEXT ? Long.BYTES : Integer.BYTES + Long.BYTES;
        long count = in.count("elements of metadata '" + key + "'", each);
        if (BYTES[type] > 0) {
            in.skip(count * BYTES[type], "metadata");
            return;
        }
        for (long i = 0; i < count; i++) {
            if (type == TEXT) {
                in.skip(in.count("bytes of metadata '" + key + "'", 1), "metadata");
            } else {
                skipList(key, depth + 1);
            }
        }
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
        String name = in.text("tensor's name", LONGEST_NAME);
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
        int alignment = alignment();
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

    private int alignment() {
        Value said = metadata.get("general.alignment");
        if (said == null) {
            return GgufFormat.ALIGNMENT;
        }
        int alignment = said.type() == U32 && said.value() instanceof Integer number ? number : 0;
        if (alignment < 1 || alignment > 1 << 16 || Integer.bitCount(alignment) != 1) {
            throw rows.damaged("its general.alignment is not a UINT32 that is a power of two");
        }
        return alignment;
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
