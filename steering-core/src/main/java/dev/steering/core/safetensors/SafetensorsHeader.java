package dev.steering.core.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.steering.core.BadFile;
import dev.steering.core.JsonMessages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parsed and verified header: every byte of the data belongs to exactly one tensor of the right size. */
final class SafetensorsHeader {
    static final String METADATA = "__metadata__";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path path;
    private final long dataStart;
    private final long dataBytes;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<TensorInfo> tensors = new ArrayList<>();

    private SafetensorsHeader(Path path, long dataStart, long dataBytes) {
        this.path = path;
        this.dataStart = dataStart;
        this.dataBytes = dataBytes;
    }

    /** Parses the header's bytes, knowing how many bytes of data follow it in the file. */
    static SafetensorsHeader parse(Path path, byte[] json, long dataStart, long dataBytes) {
        SafetensorsHeader header = new SafetensorsHeader(path, dataStart, dataBytes);
        header.read(header.tree(json));
        // Of tensors with the same offset at most one is not empty, and it comes last.
        header.tensors.sort(Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::bytes));
        header.checkCoverage();
        return header;
    }

    /** The metadata in the header's order. */
    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** The tensors by name, in the order of their data. */
    Map<String, TensorInfo> tensors() {
        Map<String, TensorInfo> byName = new LinkedHashMap<>();
        tensors.forEach(tensor -> byName.put(tensor.name(), tensor));
        return Collections.unmodifiableMap(byName);
    }

    private JsonNode tree(byte[] json) {
        // The format demands the brace; without this check Jackson would also take UTF-16 and a byte order mark.
        if (json.length == 0 || json[0] != '{') {
            throw damaged("expected the header to begin with '{'");
        }
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw damaged(path, "the header is not valid JSON: " + JsonMessages.of(e), e);
        } catch (IOException e) {
            throw damaged(path, "the header is not valid UTF-8: " + e.getMessage(), e);
        }
    }

    private void read(JsonNode root) {
        for (Map.Entry<String, JsonNode> entry : root.properties()) {
            if (entry.getKey().equals(METADATA)) {
                readMetadata(entry.getValue());
            } else {
                tensors.add(readTensor(entry.getKey(), entry.getValue()));
            }
        }
    }

    private void readMetadata(JsonNode node) {
        if (!node.isObject()) {
            throw damaged(METADATA + " must be an object, found " + node.getNodeType());
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!entry.getValue().isTextual()) {
                throw damaged("metadata '" + entry.getKey() + "' must be a string, found "
                        + entry.getValue().getNodeType());
            }
            metadata.put(entry.getKey(), entry.getValue().textValue());
        }
    }

    private TensorInfo readTensor(String name, JsonNode node) {
        if (!node.isObject()) {
            throw damaged("the entry of tensor '" + name + "' must be an object, found " + node.getNodeType());
        }
        DType dtype = readDType(name, node.path("dtype"));
        long[] shape = readIntegers(name, "shape", node.path("shape"));
        long[] range = readIntegers(name, "data_offsets", node.path("data_offsets"));
        if (range.length != 2 || range[0] > range[1] || range[1] > dataBytes) {
            throw damaged("tensor '" + name + "' has data_offsets " + Arrays.toString(range)
                    + ", expected [begin, end] within the " + dataBytes + " bytes of data in the file");
        }
        long expected = size(name, dtype, shape);
        if (range[1] - range[0] != expected) {
            throw damaged("tensor '" + name + "' occupies " + (range[1] - range[0]) + " bytes, but " + dtype + " "
                    + Arrays.toString(shape) + " needs " + expected);
        }
        List<Long> dimensions = Arrays.stream(shape).boxed().toList();
        return new TensorInfo(name, dtype, dimensions, dataStart + range[0], expected);
    }

    private DType readDType(String name, JsonNode node) {
        if (!node.isTextual()) {
            throw damaged("tensor '" + name + "' has no dtype");
        }
        return DType.named(node.textValue())
                .orElseThrow(() -> new BadFile(
                        path + ": tensor '" + name + "' has dtype " + node.textValue() + ", which is not supported. "
                                + "Supported: " + DType.inSafetensors()
                                + ". Convert the file to one of them."));
    }

    private long[] readIntegers(String tensor, String key, JsonNode node) {
        if (!node.isArray()) {
            throw damaged("tensor '" + tensor + "' has no array " + key);
        }
        long[] values = new long[node.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = node.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
                throw damaged("tensor '" + tensor + "' has " + key + " " + node
                        + ", expected integers from 0 to 9223372036854775807");
            }
            values[i] = value.longValue();
        }
        return values;
    }

    private long size(String name, DType dtype, long[] shape) {
        try {
            long bytes = dtype.bytes();
            for (long dimension : shape) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw damaged("tensor '" + name + "' has shape " + Arrays.toString(shape)
                    + ", whose size in bytes does not fit in 63 bits");
        }
    }

    private void checkCoverage() {
        long end = dataStart;
        String previous = "the header";
        for (TensorInfo tensor : tensors) {
            if (tensor.offset() < end) {
                throw damaged("tensor '" + tensor.name() + "' overlaps " + previous + " by " + (end - tensor.offset())
                        + " bytes");
            }
            if (tensor.offset() > end) {
                throw damaged("there is a hole of " + (tensor.offset() - end) + " bytes between " + previous
                        + " and tensor '" + tensor.name() + "'");
            }
            end = tensor.offset() + tensor.bytes();
            previous = "tensor '" + tensor.name() + "'";
        }
        if (end != dataStart + dataBytes) {
            throw damaged((dataStart + dataBytes - end) + " bytes after " + previous + " belong to no tensor");
        }
    }

    private BadFile damaged(String problem) {
        return damaged(path, problem, null);
    }

    static BadFile damaged(Path path, String problem, @Nullable Throwable cause) {
        return new BadFile(
                path + " is not a valid safetensors file: " + problem
                        + ". It may be damaged, incomplete or of another format: fetch or write it again.",
                cause);
    }
}
