package dev.steering.core.vector.format;

import dev.steering.core.safetensors.DType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header of an .npy array, versions 1 to 3: a Python dictionary with three keys, of which only the form that NumPy writes is read
 * and nothing is evaluated.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>
 * @param type element type
 * @param order byte order of the elements
 * @param fortran whether the first index runs fastest
 * @param shape the dimensions
 * @param bytes of magic, length and header together
 */
record NpyHeader(DType type, ByteOrder order, boolean fortran, List<Long> shape, int bytes) {
    static final String MAGIC = "\u0093NUMPY";

    /** NumPy itself refuses longer ones unless told otherwise. */
    private static final int LONGEST = 10_000;

    private static final Map<String, DType> TYPES = Map.of("f2", DType.F16, "f4", DType.F32, "f8", DType.F64);

    private static final Pattern ENTRY = Pattern.compile(
            "\\s*'([a-z_]{1,20})'\\s*:\\s*('[^'\\\\]{0,40}'|True|False|\\([0-9,\\s]{0,200}\\)|\\[)\\s*(,|\\})");

    static NpyHeader read(InputStream in, String name, RowGatherer rows) throws IOException {
        byte[] start = in.readNBytes(8);
        if (start.length < 8 || !new String(start, 0, 6, StandardCharsets.ISO_8859_1).equals(MAGIC)) {
            throw rows.damaged("'" + name + "' does not begin as an .npy array does");
        }
        int version = start[6];
        if (version < 1 || version > 3 || start[7] != 0) {
            throw rows.unusable(
                    "'" + name + "' is of version " + Byte.toUnsignedInt(start[6]) + "." + Byte.toUnsignedInt(start[7])
                            + " of the .npy format, expected 1.0, 2.0 or 3.0",
                    "Save it again.");
        }
        int width = version == 1 ? 2 : 4;
        byte[] size = in.readNBytes(width);
        long length = 0;
        for (int i = size.length - 1; i >= 0; i--) {
            length = length << Byte.SIZE | Byte.toUnsignedInt(size[i]);
        }
        if (size.length < width || length > LONGEST) {
            throw rows.damaged("'" + name + "' says a header of " + length + " bytes, expected at most " + LONGEST);
        }
        byte[] text = in.readNBytes((int) length);
        if (text.length < length) {
            throw rows.damaged("'" + name + "' ends in the middle of its header");
        }
        NpyHeader parsed = parse(new String(text, StandardCharsets.ISO_8859_1), name, rows);
        return new NpyHeader(
                parsed.type, parsed.order, parsed.fortran, parsed.shape, start.length + width + text.length);
    }

    private static NpyHeader parse(String text, String name, RowGatherer rows) {
        String descr = null;
        String fortran = "";
        String shape = null;
        Set<String> keys = new HashSet<>();
        String dictionary = text.strip();
        int at = dictionary.startsWith("{") ? 1 : -1;
        Matcher entry = ENTRY.matcher(dictionary);
        while (at > 0
                && at < dictionary.length()
                && !dictionary.substring(at).strip().equals("}")) {
            if (!entry.region(at, dictionary.length()).lookingAt() || !keys.add(entry.group(1))) {
                throw wrong(dictionary, name, rows);
            }
            String value = entry.group(2);
            switch (entry.group(1)) {
                case "descr" -> descr = value;
                case "fortran_order" -> fortran = value;
                case "shape" -> shape = value;
                default -> throw wrong(dictionary, name, rows);
            }
            at = entry.end();
            if (entry.group(3).equals("}") && at == dictionary.length()) {
                at = -2;
            }
        }
        boolean ended = at == -2 || (at > 0 && at < dictionary.length());
        boolean said = fortran.equals("True") || fortran.equals("False");
        if (!ended || descr == null || shape == null || !said || !shape.startsWith("(")) {
            throw wrong(dictionary, name, rows);
        }
        return typed(descr, fortran.equals("True"), shape(shape, name, rows), name, rows);
    }

    private static NpyHeader typed(String descr, boolean fortran, List<Long> shape, String name, RowGatherer rows) {
        String type = descr.startsWith("'") ? descr.substring(1, descr.length() - 1) : "";
        char order = type.isEmpty() ? ' ' : type.charAt(0);
        DType known = type.isEmpty() ? null : TYPES.get(type.substring(1));
        if (known == null || "<>=".indexOf(order) < 0) {
            throw wrongType(type, name, rows);
        }
        return new NpyHeader(known, order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, fortran, shape, 0);
    }

    private static RuntimeException wrongType(String type, String name, RowGatherer rows) {
        boolean objects = type.endsWith("O");
        return rows.unusable(
                "'" + name + "' holds "
                        + (objects
                                ? "Python objects, which only running a pickle would read"
                                : "elements of the type '" + type + "'")
                        + ", expected floats of 2, 4 or 8 bytes",
                "Save it as such: array.astype(\"float32\").");
    }

    private static List<Long> shape(String text, String name, RowGatherer rows) {
        List<Long> shape = new ArrayList<>();
        String inside = text.substring(1, text.length() - 1).strip();
        String[] parts = inside.isEmpty() ? new String[0] : inside.split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i].strip();
            if (part.isEmpty() && i == parts.length - 1 && i > 0) {
                break;
            }
            if (!part.matches("0|[1-9][0-9]{0,17}") || parts.length > 40) {
                throw wrong(text, name, rows);
            }
            shape.add(Long.valueOf(part));
        }
        return shape;
    }

    private static RuntimeException wrong(String text, String name, RowGatherer rows) {
        if (text.contains("[")) {
            return rows.unusable(
                    "'" + name + "' is a structured array, which has named fields", "Save one plain array of floats.");
        }
        return rows.damaged("'" + name + "' has the header \""
                + (text.length() > 200 ? text.substring(0, 200) + "..." : text) + "\", which NumPy does not write");
    }

    /** The header that NumPy would write for floats of 4 bytes in C order. */
    static byte[] write(@Nullable Integer lines, int columns) {
        String shape = lines == null ? "(" + columns + ",)" : "(" + lines + ", " + columns + ")";
        String text = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
        // Data begin at a multiple of 64, and the header ends with a line feed.
        int padded = (10 + text.length() + 1 + 63) / 64 * 64;
        String header = text + " ".repeat(padded - 10 - text.length() - 1) + "\n";
        byte[] bytes = (MAGIC + "\u0001\0" + (char) (header.length() & 0xff) + (char) (header.length() >> 8) + header)
                .getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length != padded) {
            throw new IllegalStateException("a header of " + bytes.length + " bytes, expected " + padded);
        }
        return bytes;
    }
}
