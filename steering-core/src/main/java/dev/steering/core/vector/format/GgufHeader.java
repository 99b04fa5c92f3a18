package dev.steering.core.vector.format;

import dev.steering.core.BadFile;
import dev.steering.core.vector.format.GgufReader.Value;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a GGUF file, version 2 or 3, of any kind says about itself and where its tensors are. Immutable and thread-safe. */
public final class GgufHeader {
    private static final int U32 = 4;
    private static final int MOST_DIMENSIONS = 4;
    private static final long LARGEST = 1L << 40;

    private final Map<String, Object> metadata;
    private final List<Tensor> tensors;

    private GgufHeader(Map<String, Object> metadata, List<Tensor> tensors) {
        this.metadata = metadata;
        this.tensors = tensors;
    }

    /**
     * A tensor.
     *
     * @param name its name
     * @param type GGML's number of its type
     * @param shape sizes, outermost first: GGUF has them the other way round
     * @param offset of its first byte in the file
     */
    public record Tensor(String name, int type, List<Long> shape, long offset) {
        /** Copies. */
        public Tensor {
            shape = List.copyOf(shape);
        }
    }

    /**
     * @param file a GGUF file
     * @return its header
     * @throws BadFile if it cannot be read or is damaged
     */
    public static GgufHeader read(Path file) {
        RowGatherer complaints = new RowGatherer(file, "GGUF file");
        try (FileBytes in = FileBytes.open(file, complaints)) {
            GgufValues values = new GgufValues(in, complaints, true);
            long count = values.begin();
            if (in.order() != ByteOrder.LITTLE_ENDIAN) {
                throw new BadFile(file + " is a big-endian GGUF file, which is read for vectors only. Use the"
                        + " little-endian one.");
            }
            Map<String, Value> read = values.read();
            List<Tensor> tensors = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                tensors.add(tensor(in, complaints));
            }
            int alignment = values.alignment(read);
            long start = (in.position() + alignment - 1) / alignment * alignment;
            List<Tensor> placed = new ArrayList<>();
            for (Tensor tensor : tensors) {
                if (tensor.offset() < 0 || tensor.offset() > in.size() - start) {
                    throw complaints.damaged("the data of '" + tensor.name() + "' at offset "
                            + Long.toUnsignedString(tensor.offset()) + " is not within the file");
                }
                placed.add(new Tensor(tensor.name(), tensor.type(), tensor.shape(), start + tensor.offset()));
            }
            Map<String, Object> plain = new TreeMap<>();
            read.forEach((key, value) -> {
                if (value.value() != null) {
                    plain.put(key, plain(value.type(), value.value()));
                }
            });
            return new GgufHeader(plain, List.copyOf(placed));
        }
    }

    /** Whole numbers as long ones. */
    private static Object plain(int type, Object said) {
        if (said instanceof Integer number) {
            return type == U32 ? Integer.toUnsignedLong(number) : Long.valueOf(number);
        }
        return said;
    }

    private static Tensor tensor(FileBytes in, RowGatherer complaints) {
        String name = in.text("tensor's name", GgufValues.LONGEST_NAME);
        int dimensions = in.i32("tensor's dimensions");
        if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
            throw complaints.damaged("'" + name + "' has " + Integer.toUnsignedString(dimensions)
                    + " dimensions, expected 1 to " + MOST_DIMENSIONS);
        }
        List<Long> shape = new ArrayList<>();
        long elements = 1;
        for (int i = 0; i < dimensions; i++) {
            long size = in.i64("tensor's size");
            if (size < 1 || size > LARGEST / elements) {
                throw complaints.damaged("'" + name + "' has a dimension of " + Long.toUnsignedString(size));
            }
            elements *= size;
            shape.add(size);
        }
        Collections.reverse(shape);
        int type = in.i32("tensor's type");
        return new Tensor(name, type, shape, in.i64("tensor's offset"));
    }

    /** @return all keys */
    public List<String> keys() {
        return List.copyOf(metadata.keySet());
    }

    /**
     * @param key a metadata key
     * @return the text there; empty if it is missing or something else
     */
    public Optional<String> text(String key) {
        return metadata.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /**
     * @param key a metadata key
     * @return the number there; empty if it is missing or something else
     */
    public Optional<Number> number(String key) {
        return metadata.get(key) instanceof Number number ? Optional.of(number) : Optional.empty();
    }

    /**
     * @param key a metadata key
     * @return whether it says true or false; empty if it is missing or something else
     */
    public Optional<Boolean> flag(String key) {
        return metadata.get(key) instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
    }

    /**
     * @param key a metadata key
     * @return the list there; empty if it is missing or something else
     */
    public Optional<List<?>> list(String key) {
        return metadata.get(key) instanceof List<?> list ? Optional.of(list) : Optional.empty();
    }

    /** @return its tensors, in the file's order */
    public List<Tensor> tensors() {
        return tensors;
    }
}
