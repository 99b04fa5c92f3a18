package dev.steering.export.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.core.vector.format.GgufHeader;
import dev.steering.core.vector.format.GgufHeader.Tensor;
import dev.steering.export.bundle.WorkDirectory;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.stored.QuantizedCheckpoint;
import dev.steering.export.stored.StoredTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model in a GGUF file, seen as the checkpoint that it was made of: weights are unpacked when they are wanted, config and tokenizer
 * are files in a temporary directory that is gone when it is closed. For one thread.
 */
public final class GgufModel implements AutoCloseable {
    private static final String PREFIX = "steering-gguf.";
    private static final byte[] MAGIC = {'G', 'G', 'U', 'F'};

    private final WorkDirectory directory;
    private final QuantizedCheckpoint checkpoint;

    private GgufModel(WorkDirectory directory, QuantizedCheckpoint checkpoint) {
        this.directory = directory;
        this.checkpoint = checkpoint;
    }

    /**
     * @param file any path
     * @return whether it is a file that begins as GGUF does
     */
    public static boolean is(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * @param file a model in one GGUF file
     * @return the model
     * @throws dev.steering.core.SteeringException if it cannot be read as the checkpoint that it was made of
     */
    public static GgufModel open(Path file) {
        GgufHeader header = GgufHeader.read(file);
        requireWhole(file, header);
        GgufArchitecture architecture = GgufArchitecture.of(file, header);
        architecture.requireKnown(file, header);
        GgufConfig config = new GgufConfig(file, header, architecture, frequencies(file, header));
        ObjectNode json = config.json();
        Map<String, StoredTensor> stored = tensors(file, header, architecture, config);
        GgufTokenizer tokenizer = GgufTokenizer.of(file, header, architecture);
        WorkDirectory directory = work(file);
        try {
            Path path = directory.path();
            AtomicFiles.writeText(path.resolve("config.json"), json.toPrettyString());
            AtomicFiles.writeText(
                    path.resolve("tokenizer.json"), tokenizer.json().toString());
            AtomicFiles.writeText(
                    path.resolve("tokenizer_config.json"), tokenizer.config().toPrettyString());
            Map<String, TensorInfo> stated = new TreeMap<>();
            stored.forEach((name, tensor) -> stated.put(name, QuantizedCheckpoint.stated(name, tensor)));
            return new GgufModel(directory, QuantizedCheckpoint.of(Checkpoint.of(path, file, stated), stored));
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private static WorkDirectory work(Path file) {
        Path parent = Path.of(System.getProperty("java.io.tmpdir", "."));
        WorkDirectory.deleteAbandoned(parent, PREFIX);
        try {
            return WorkDirectory.in(parent, PREFIX);
        } catch (IOException e) {
            throw new BadFile(
                    "Cannot write the config and tokenizer of " + file + " into " + parent + ": " + IoReason.of(e), e);
        }
    }

    private static void requireWhole(Path file, GgufHeader header) {
        long parts = header.number("split.count").map(Number::longValue).orElse(1L);
        if (parts > 1) {
            throw new BadFile(file + " is one of " + parts + " parts of a model. Join them first (llama.cpp:"
                    + " llama-gguf-split merges them), and give the whole.");
        }
        if (header.tensors().stream().anyMatch(tensor -> tensor.name().startsWith("direction."))) {
            throw new BadFile(file + " is a control vector, not a model.");
        }
        String type = header.text("general.type").orElse("model");
        if (!type.equals("model")) {
            throw new BadFile(file + " is a GGUF file of the type '" + type + "', expected a model.");
        }
    }

    private static Map<String, StoredTensor> tensors(
            Path file, GgufHeader header, GgufArchitecture architecture, GgufConfig config) {
        long size = size(file);
        Map<String, StoredTensor> stored = new TreeMap<>();
        for (Tensor tensor : header.tensors()) {
            String name = tensor.name();
            if (name.equals(GgufArchitecture.FREQUENCIES)) {
                continue;
            }
            int heads = architecture.pairedHeads(name, config.heads(), config.kvHeads());
            GgufTensor read = new GgufTensor(file, tensor, size, heads, architecture.lessOne(name));
            if (stored.put(architecture.tensorName(name), read) != null) {
                throw new BadFile(file + " has the tensor '" + name + "' twice.");
            }
        }
        return stored;
    }

    private static float @Nullable [] frequencies(Path file, GgufHeader header) {
        for (Tensor tensor : header.tensors()) {
            if (tensor.name().equals(GgufArchitecture.FREQUENCIES)) {
                if (tensor.type() != 0
                        || tensor.shape().size() != 1
                        || tensor.shape().get(0) > 1 << 16) {
                    throw new BadFile(file + ": '" + tensor.name() + "' is no vector in single precision.");
                }
                float[] values = new float[Math.toIntExact(tensor.shape().get(0))];
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
                    if (in.read(bytes, tensor.offset()) != bytes.capacity()) {
                        throw new BadFile(file + " ends within its tensor '" + tensor.name() + "'.");
                    }
                } catch (IOException e) {
                    throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
                }
                bytes.flip().asFloatBuffer().get(values);
                return values;
            }
        }
        return null;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
        }
    }

    /** @return the model and how its tensors are stored */
    public QuantizedCheckpoint checkpoint() {
        return checkpoint;
    }

    @Override
    public void close() {
        directory.close();
    }
}
