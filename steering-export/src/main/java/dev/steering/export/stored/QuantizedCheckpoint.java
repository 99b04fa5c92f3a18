package dev.steering.export.stored;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.checkpoint.ConfigReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint whose matrices are stored as integers or narrow floats, seen as the model that they stand for. Headers are read at
 * once, weights when they are wanted. Immutable and thread-safe.
 */
public final class QuantizedCheckpoint {
    private static final String CONFIG = "quantization_config";

    private final Checkpoint whole;
    private final Checkpoint model;
    private final Map<String, StoredTensor> stored;

    private QuantizedCheckpoint(Checkpoint whole, Checkpoint model, Map<String, StoredTensor> stored) {
        this.whole = whole;
        this.model = model;
        this.stored = stored;
    }

    /**
     * @param checkpoint any checkpoint
     * @return how its weights are stored; null if they are not quantised
     * @throws SteeringException naming the key, if they are quantised in a way that is not known here
     */
    public static @Nullable QuantizedCheckpoint of(Checkpoint checkpoint) {
        JsonNode config = checkpoint.config();
        boolean inside = !config.has(CONFIG) && config.path("text_config").has(CONFIG);
        JsonNode holder = inside ? config.path("text_config") : config;
        ConfigReader how = holder.path(CONFIG).isObject()
                ? new ConfigReader(holder.path(CONFIG), "config.json, " + CONFIG)
                : Formats.besideConfig(checkpoint);
        if (how == null) {
            new ConfigReader(holder, "config.json").refuseQuantization();
            return null;
        }
        Map<String, StoredTensor> stored = Formats.read(checkpoint, how);
        if (stored == null) {
            new ConfigReader(holder, "config.json").refuseQuantization();
            return null;
        }
        return new QuantizedCheckpoint(checkpoint, seen(checkpoint, stored), new TreeMap<>(stored));
    }

    /**
     * @param model a checkpoint none of whose tensors is in a safetensors file
     * @param stored all of them
     * @return both
     */
    public static QuantizedCheckpoint of(Checkpoint model, Map<String, StoredTensor> stored) {
        return new QuantizedCheckpoint(model, model, new TreeMap<>(stored));
    }

    /**
     * @param checkpoint any checkpoint
     * @return whether its config wants activations rounded as well, which a bundle does not do as it says
     */
    public static boolean roundsActivations(Checkpoint checkpoint) {
        JsonNode config = checkpoint.config();
        JsonNode how = config.has(CONFIG)
                ? config.path(CONFIG)
                : config.path("text_config").path(CONFIG);
        boolean groups = StreamSupport.stream(how.path("config_groups").spliterator(), false)
                .anyMatch(group -> group.path("input_activations").isObject());
        return groups || how.hasNonNull("activation_scheme");
    }

    private static Checkpoint seen(Checkpoint checkpoint, Map<String, StoredTensor> stored) {
        Map<String, TensorInfo> stated = new TreeMap<>();
        Set<String> hidden = new HashSet<>();
        stored.forEach((name, tensor) -> {
            hidden.addAll(tensor.parts());
            stated.put(name, stated(name, tensor));
        });
        for (String name : checkpoint.tensorNames()) {
            int end = name.lastIndexOf('.');
            boolean ofStored = end > 0 && stored.containsKey(name.substring(0, end) + ".weight");
            if (ofStored && (GroupedFormats.isSpare(name) || CompressedTensors.isSpare(name) || isScale(name))) {
                hidden.add(name);
            }
        }
        return checkpoint.seenAs(plain(checkpoint.config()), stated, hidden);
    }

    /**
     * @param name of a tensor
     * @param tensor it
     * @return what a file that holds its values has
     */
    public static TensorInfo stated(String name, StoredTensor tensor) {
        long bytes = tensor.type().bytes();
        for (long size : tensor.shape()) {
            bytes = Math.multiplyExact(bytes, size);
        }
        return new TensorInfo(name, tensor.type(), tensor.shape(), 0, bytes);
    }

    /** Scales of activations, which are not rounded here, and zero points of symmetric weights, which are all the middle. */
    private static boolean isScale(String name) {
        return name.endsWith(".activation_scale")
                || name.endsWith(".input_scale_ub")
                || name.endsWith(".weight_zero_point");
    }

    private static JsonNode plain(JsonNode config) {
        ObjectNode plain = config.deepCopy();
        plain.remove(CONFIG);
        if (plain.path("text_config") instanceof ObjectNode text) {
            text.remove(CONFIG);
        }
        return plain;
    }

    /** @return the checkpoint with the model's own tensors, whose values cannot be read, and no word of quantisation */
    public Checkpoint model() {
        return model;
    }

    /** @return those of its tensors that are not stored as they are */
    public Map<String, StoredTensor> stored() {
        return Collections.unmodifiableMap(stored);
    }

    /** @return bits of most integer matrices, 4 or 8; 0 if the weights are narrow floats */
    public int bits() {
        long eight = integers(8);
        long four = integers(4);
        return eight + four == 0 ? 0 : eight > four ? 8 : 4;
    }

    private long integers(int bits) {
        return stored.values().stream()
                .filter(tensor -> tensor instanceof IntegerMatrix matrix && matrix.bits() == bits)
                .count();
    }

    /**
     * Writes all tensors of the model as floats, exactly.
     *
     * @param file to write
     * @param place what names are sorted by: of tensors that take as many bytes each, which lie one behind the other
     * @param progress told how far it has come
     * @return the checkpoint with that file's tensors
     */
    public Checkpoint widen(Path file, UnaryOperator<String> place, ProgressListener progress) {
        SafetensorsWriter writer = new SafetensorsWriter();
        Set<String> names = model.tensorNames();
        int[] done = {0};
        // Wide types first, so that every tensor is aligned.
        List<String> order = new ArrayList<>(names);
        order.sort(Comparator.comparing(
                        (String name) -> -model.tensor(name).dtype().bytes())
                .thenComparing(place));
        for (String name : order) {
            TensorInfo tensor = model.tensor(name);
            long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            StoredTensor from = stored.get(name);
            writer.streamed(
                    name,
                    tensor.dtype(),
                    out -> {
                        progress.onProgress("widening weights", done[0]++, names.size());
                        if (from == null) {
                            copy(whole.fileOf(name), tensor, out);
                        } else {
                            from.widen(out);
                        }
                    },
                    shape);
        }
        writer.write(file);
        progress.onProgress("widening weights", names.size(), names.size());
        return Checkpoint.open(whole.directory(), List.of(file)).seenAs(model.config(), Map.of(), Set.of());
    }

    private static void copy(Path from, TensorInfo tensor, FileChannel out) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
            for (long done = 0; done < tensor.bytes(); ) {
                long n = in.transferTo(tensor.offset() + done, tensor.bytes() - done, out);
                if (n == 0) {
                    throw new IOException(from + " ends within " + tensor.name());
                }
                done += n;
            }
        }
    }
}
