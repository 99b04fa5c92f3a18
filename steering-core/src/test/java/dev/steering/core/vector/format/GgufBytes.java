package dev.steering.core.vector.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A GGUF file as nobody's library would write it: every number can be wrong. */
final class GgufBytes {
    static final float[] ROW = {1, -2, 3, -4, 5, -6, 7, -8};

    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int version = 3;
    private int alignment = 32;
    private Long tensors;
    private Long entries;
    private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
    private int tensorCount;
    private int entryCount;

    GgufBytes version(int newVersion) {
        version = newVersion;
        return this;
    }

    GgufBytes aligned(int newAlignment) {
        alignment = newAlignment;
        return entry("general.alignment", 4, number(newAlignment, 4));
    }

    GgufBytes says(long newTensors, long newEntries) {
        tensors = newTensors;
        entries = newEntries;
        return this;
    }

    GgufBytes entry(String key, int type, byte[] value) {
        text(head, key.getBytes(StandardCharsets.UTF_8));
        head.writeBytes(number(type, 4));
        head.writeBytes(value);
        entryCount++;
        return this;
    }

    GgufBytes row(String name) {
        return row(name, floats(ROW), 0, data.size(), ROW.length);
    }

    GgufBytes row(String name, byte[] values, int type, long offset, long... dimensions) {
        text(infos, name.getBytes(StandardCharsets.ISO_8859_1));
        infos.writeBytes(number(dimensions.length, 4));
        for (long dimension : dimensions) {
            infos.writeBytes(number(dimension, 8));
        }
        infos.writeBytes(number(type, 4));
        infos.writeBytes(number(offset, 8));
        data.writeBytes(values);
        data.writeBytes(new byte[Math.floorMod(-values.length, alignment)]);
        tensorCount++;
        return this;
    }

    GgufBytes behind(int bytes) {
        data.writeBytes(new byte[bytes]);
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(number(version, 4));
        all.writeBytes(number(tensors == null ? tensorCount : tensors, 8));
        all.writeBytes(number(entries == null ? entryCount : entries, 8));
        all.writeBytes(head.toByteArray());
        all.writeBytes(infos.toByteArray());
        all.writeBytes(new byte[Math.floorMod(-all.size(), alignment)]);
        all.writeBytes(data.toByteArray());
        return all.toByteArray();
    }

    static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    static byte[] number(long value, int width) {
        byte[] bytes = new byte[width];
        for (int i = 0; i < width; i++) {
            bytes[i] = (byte) (value >> (8 * i));
        }
        return bytes;
    }

    static byte[] text(String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        text(out, value.getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, byte[] value) {
        out.writeBytes(number(value.length, 8));
        out.writeBytes(value);
    }
}
