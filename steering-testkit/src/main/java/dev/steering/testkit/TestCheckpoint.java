package dev.steering.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A checkpoint of the test resources in memory, to be changed and written somewhere else. */
public final class TestCheckpoint {
    /** One weight, to be changed in place. */
    public static final class Weight {
        private final float[] values;
        private final long[] shape;

        public Weight(float[] values, long... shape) {
            this.values = values;
            this.shape = shape;
        }

        public float[] values() {
            return values;
        }

        public long[] shape() {
            return shape;
        }
    }

    /** Its config.json. */
    public final ObjectNode config;

    /** Its weights by name. */
    public final Map<String, Weight> weights = new TreeMap<>();

    private TestCheckpoint(Path directory) throws IOException {
        config = (ObjectNode) new ObjectMapper().readTree(Files.readString(directory.resolve("config.json")));
        for (Path path : weightFiles(directory)) {
            SafetensorsFile file = SafetensorsFile.open(path);
            for (String name : file.tensors().keySet()) {
                long[] shape = file.tensor(name).shape().stream()
                        .mapToLong(Long::longValue)
                        .toArray();
                weights.put(name, new Weight(file.floats(name), shape));
            }
        }
    }

    private static List<Path> weightFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("model.*\\.safetensors"))
                    .sorted()
                    .toList();
        }
    }

    /** Where a checkpoint of the test resources is. */
    public static Path path(String name) {
        return Fixtures.path("checkpoints/" + name);
    }

    public static TestCheckpoint load(String name) throws IOException {
        return new TestCheckpoint(path(name));
    }

    public static TestCheckpoint load(Path directory) throws IOException {
        return new TestCheckpoint(directory);
    }

    public Path save(Path directory) throws IOException {
        return save(directory, DType.F32);
    }

    /** Writes one file, rounding the weights to the type. */
    public Path save(Path directory, DType type) throws IOException {
        writeConfig(directory);
        SafetensorsWriter writer = new SafetensorsWriter();
        weights.forEach((name, weight) -> add(writer, name, weight, type));
        writer.write(directory.resolve("model.safetensors"));
        return directory;
    }

    /** Writes every third weight into each of three files, with an index. */
    public Path saveSharded(Path directory) throws IOException {
        writeConfig(directory);
        SafetensorsWriter[] shards = {new SafetensorsWriter(), new SafetensorsWriter(), new SafetensorsWriter()};
        ObjectNode index = new ObjectMapper().createObjectNode();
        ObjectNode map = index.putObject("weight_map");
        int i = 0;
        for (Map.Entry<String, Weight> weight : weights.entrySet()) {
            int shard = i++ % shards.length;
            add(shards[shard], weight.getKey(), weight.getValue(), DType.F32);
            map.put(weight.getKey(), shardName(shard));
        }
        for (int shard = 0; shard < shards.length; shard++) {
            shards[shard].write(directory.resolve(shardName(shard)));
        }
        Files.writeString(directory.resolve("model.safetensors.index.json"), index.toPrettyString());
        return directory;
    }

    public static String shardName(int shard) {
        return "model-0000" + (shard + 1) + "-of-00003.safetensors";
    }

    private void writeConfig(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("config.json"), config.toPrettyString());
    }

    private static void add(SafetensorsWriter writer, String name, Weight weight, DType type) {
        if (type == DType.F32) {
            writer.floats(name, weight.values(), weight.shape());
            return;
        }
        ByteBuffer bytes =
                ByteBuffer.allocate(weight.values().length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : weight.values()) {
            bytes.putShort(type == DType.F16 ? half(value) : brain(value));
        }
        writer.bytes(name, type, bytes.array(), weight.shape());
    }

    /** Round to nearest even, for finite values within the range. */
    private static short half(float value) {
        double magnitude = Math.abs((double) value);
        long bits;
        if (magnitude < 0x1p-14) {
            bits = (long) Math.rint(magnitude * 0x1p24);
        } else {
            int exponent = Math.getExponent(magnitude);
            bits = ((exponent + 15L) << 10) + (long) Math.rint((Math.scalb(magnitude, -exponent) - 1) * 1024);
        }
        return (short) (bits | (value < 0 ? 0x8000 : 0));
    }

    private static short brain(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
