package dev.steering.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The header of a safetensors file whose data is written afterwards: wide types first, so that every tensor is aligned. */
final class TensorLayout {
    private static final int ALIGNMENT = 8;
    private static final byte PADDING = ' ';
    private static final String METADATA = "__metadata__";

    private record Entry(String name, DType type, List<Long> shape) {
        long bytes() {
            long bytes = type.bytes();
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
            return bytes;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Long> offsets = new HashMap<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private final Neighbours neighbours = new Neighbours();

    void add(String name, DType type, long... shape) {
        entries.add(new Entry(name, type, Arrays.stream(shape).boxed().toList()));
    }

    /** A tensor as another file has it. */
    void add(TensorInfo tensor) {
        entries.add(new Entry(tensor.name(), tensor.dtype(), tensor.shape()));
    }

    /** Words of the file about itself. */
    void metadata(String key, String value) {
        metadata.put(key, value);
    }

    /** Lets tensors of one type lie one behind the other, in this order; those that are not there are left out. */
    void together(List<String> names) {
        neighbours.together(names);
    }

    /** Decides where every tensor begins. */
    void writeHeader(FileChannel out) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode header = mapper.createObjectNode();
        entries.sort(
                Comparator.comparing((Entry e) -> -e.type().bytes()).thenComparing(e -> neighbours.place(e.name())));
        if (!metadata.isEmpty()) {
            header.set(METADATA, mapper.valueToTree(metadata));
        }
        long next = 0;
        for (Entry entry : entries) {
            ObjectNode node =
                    header.putObject(entry.name()).put("dtype", entry.type().safetensorsName());
            node.set("shape", mapper.valueToTree(entry.shape()));
            node.putArray("data_offsets").add(next).add(next + entry.bytes());
            offsets.put(entry.name(), next);
            next += entry.bytes();
        }
        byte[] json = mapper.writeValueAsBytes(header);
        int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put(json);
        while (bytes.hasRemaining()) {
            bytes.put(PADDING);
        }
        bytes.flip();
        offsets.replaceAll((name, offset) -> offset + bytes.limit());
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    /** First byte of a tensor in the file, once the header is written. */
    long offset(String name) {
        Long offset = offsets.get(name);
        if (offset == null) {
            throw new IllegalStateException("no tensor " + name);
        }
        return offset;
    }
}
