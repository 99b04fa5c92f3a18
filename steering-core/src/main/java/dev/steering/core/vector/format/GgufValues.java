package dev.steering.core.vector.format;

import dev.steering.core.vector.format.GgufReader.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a GGUF file, version 2 or 3, says before its tensors. */
final class GgufValues {
    static final int TEXT = 8;
    private static final int U32 = 4;
    private static final int LIST = 9;

    /** Bytes of a value of each type; 0 for texts and lists, which say their length. */
    private static final int[] BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    static final int LONGEST_NAME = 65_535;
    private static final int LONGEST_TEXT = 4096;
    private static final int LONGEST_OF_ALL = 1 << 26;
    private static final int DEEPEST_LIST = 8;

    /** A key takes its length, a character and a type; a tensor its name, dimensions, type and offset. */
    private static final int SMALLEST_ENTRY = 13;

    private static final int SMALLEST_TENSOR = 33;

    private final FileBytes in;
    private final RowGatherer complaints;
    private final boolean all;

    /** @param all whether lists and long texts are kept, too */
    GgufValues(FileBytes in, RowGatherer complaints, boolean all) {
        this.in = in;
        this.complaints = complaints;
        this.all = all;
    }

    /** Reads what every file begins with, and finds out its byte order; returns the number of tensors. */
    long begin() {
        byte[] magic = new byte[GgufReader.MAGIC.length()];
        in.bytes(ByteBuffer.wrap(magic), "magic");
        in.order(ByteOrder.LITTLE_ENDIAN);
        int version = in.i32("version");
        if (version == Integer.reverseBytes(3)) {
            in.order(ByteOrder.BIG_ENDIAN);
            version = 3;
        }
        if (version != 2 && version != 3) {
            throw complaints.unusable(
                    "it is of version " + Integer.toUnsignedString(version) + " of GGUF, expected 2 or 3",
                    "Write it with a current version of its tool.");
        }
        return in.count("tensors", SMALLEST_TENSOR);
    }

    /** Metadata by key: numbers and short texts, or everything. */
    Map<String, Value> read() {
        long entries = in.count("metadata entries", SMALLEST_ENTRY);
        Map<String, Value> metadata = new HashMap<>();
        Set<String> keys = new HashSet<>();
        for (long i = 0; i < entries; i++) {
            String key = in.text("metadata key", LONGEST_NAME);
            if (!keys.add(key)) {
                throw complaints.damaged("it has the metadata key '" + key + "' twice");
            }
            int type = in.i32("metadata");
            Value value = new Value(type, value(key, type, 0));
            if (value.value() != null) {
                metadata.put(key, value);
            }
        }
        return metadata;
    }

    /** A number or a short text; null for what nobody asks for. */
    private @Nullable Object value(String key, int type, int depth) {
        if (type < 0 || type >= BYTES.length) {
            throw complaints.damaged("its metadata '" + key + "' is of the type " + type + ", which there is not");
        }
        if (type == TEXT) {
            return all ? in.text("metadata '" + key + "'", LONGEST_OF_ALL) : text(key);
        }
        if (type == LIST) {
            return list(key, depth + 1);
        }
        ByteBuffer bytes =
                in.bytes(ByteBuffer.allocate(BYTES[type]), "metadata").order(in.order());
        return switch (type) {
            case 0 -> Byte.toUnsignedInt(bytes.get());
            case 1 -> (int) bytes.get();
            case 2 -> Short.toUnsignedInt(bytes.getShort());
            case 3 -> (int) bytes.getShort();
            case U32, 5 -> bytes.getInt();
            case 6 -> bytes.getFloat();
            case 7 -> bytes.get() != 0;
            case 12 -> bytes.getDouble();
            default -> bytes.getLong();
        };
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

    private @Nullable List<Object> list(String key, int depth) {
        if (depth > DEEPEST_LIST) {
            throw complaints.damaged(
                    "its metadata '" + key + "' has lists in lists, more than " + DEEPEST_LIST + " deep");
        }
        int type = in.i32("metadata");
        if (type < 0 || type >= BYTES.length) {
            throw complaints.damaged(
                    "its metadata '" + key + "' is a list of the type " + type + ", which there is not");
        }
        int each = BYTES[type] > 0 ? BYTES[type] : type == TEXT ? Long.BYTES : Integer.BYTES + Long.BYTES;
        long count = in.count("elements of metadata '" + key + "'", each);
        if (all) {
            List<Object> values = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                Object value = value(key, type, depth);
                if (value != null) {
                    values.add(value);
                }
            }
            return values;
        }
        if (BYTES[type] > 0) {
            in.skip(count * BYTES[type], "metadata");
            return null;
        }
        for (long i = 0; i < count; i++) {
            if (type == TEXT) {
                in.skip(in.count("bytes of metadata '" + key + "'", 1), "metadata");
            } else {
                list(key, depth + 1);
            }
        }
        return null;
    }

    /** The multiple of bytes at which tensors begin. */
    int alignment(Map<String, Value> metadata) {
        Value said = metadata.get("general.alignment");
        if (said == null) {
            return GgufFormat.ALIGNMENT;
        }
        int alignment = said.type() == U32 && said.value() instanceof Integer number ? number : 0;
        if (alignment < 1 || alignment > 1 << 16 || Integer.bitCount(alignment) != 1) {
            throw complaints.damaged("its general.alignment is not a UINT32 that is a power of two");
        }
        return alignment;
    }
}
