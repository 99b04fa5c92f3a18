package dev.steering.export;

import dev.steering.core.BadFile;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderWeights;
import dev.steering.export.decoder.TensorNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which of a checkpoint's tensors a graph uses, found out by building it once for nothing. */
final class UsedTensors implements DecoderWeights {
    private static final long VALUES_AT_ONCE = 1 << 22;

    private final Checkpoint checkpoint;
    private final Map<String, TensorInfo> matrices = new TreeMap<>();
    private final Map<String, TensorInfo> others = new TreeMap<>();
    private final List<List<String>> stacks = new ArrayList<>();
    private final List<List<String>> apart = new ArrayList<>();
    private @Nullable TensorInfo head;

    UsedTensors(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    /** The vocabulary head, which is among the others too: the look-up or the projection on the vocabulary wants it unrounded. */
    TensorInfo head() {
        return Objects.requireNonNull(head, "no graph was built");
    }

    /** The matrices of linear layers. */
    Map<String, TensorInfo> matrices() {
        return Collections.unmodifiableMap(matrices);
    }

    /** Embedding, head, norms and biases. */
    Map<String, TensorInfo> others() {
        return Collections.unmodifiableMap(others);
    }

    /**
     * Lays matrices that the graph would read as one behind each other.
     *
     * @param suffixes what the names of their parts in the file end with
     */
    void stackIn(TensorLayout layout, String... suffixes) {
        for (List<String> stack : stacks) {
            for (String suffix : suffixes) {
                layout.together(stack.stream().map(name -> name + suffix).toList());
            }
        }
    }

    /** An order in which matrices that the graph would read as one lie one behind each other. */
    Neighbours neighbours() {
        Neighbours neighbours = new Neighbours();
        stacks.forEach(neighbours::together);
        return neighbours;
    }

    /** Matrices that the graph would read as one if they did not lie apart in the checkpoint's files. */
    List<List<TensorInfo>> apart() {
        return apart.stream()
                .map(names -> names.stream().map(checkpoint::tensor).toList())
                .toList();
    }

    /** A tensor that the graph has no place for means that the checkpoint computes something else. */
    void requireAll(TensorNames names) {
        Set<String> unused = new TreeSet<>(checkpoint.tensorNames());
        unused.removeAll(matrices.keySet());
        unused.removeAll(others.keySet());
        unused.removeIf(name -> names.derived().stream().anyMatch(name::endsWith)
                || names.otherParts().stream().anyMatch(name::startsWith));
        // Quantisers leave biases of zeros where the model has none.
        unused.removeIf(name -> name.endsWith(".bias") && isZero(name));
        for (String name : List.copyOf(unused)) {
            if (names.tied() && name.endsWith("lm_head.weight")) {
                requireSame(name, names.embedding());
                unused.remove(name);
            }
        }
        if (!unused.isEmpty()) {
            throw new BadFile("The checkpoint " + checkpoint.directory() + " has " + unused.size()
                    + " tensors that this architecture has no place for, first '"
                    + unused.iterator().next()
                    + "'. It is not the model that config.json says, and exporting it would be unfaithful.");
        }
    }

    private boolean isZero(String name) {
        TensorInfo tensor = checkpoint.tensor(name);
        if (checkpoint.isStoredOtherwise(name)
                || !tensor.dtype().isFloat()
                || tensor.rank() != 1
                || tensor.elements() > VALUES_AT_ONCE) {
            return false;
        }
        for (float value : checkpoint.open(name).floats(name)) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** Some versions of the reference would tie a stored head that differs from the embedding, some would not. */
    private void requireSame(String head, String embedding) {
        TensorInfo tied = checkpoint.tensor(embedding);
        TensorInfo stored = checkpoint.tensor(head);
        SafetensorsFile first = checkpoint.open(embedding);
        SafetensorsFile second = checkpoint.open(head);
        boolean same = tied.shape().equals(stored.shape())
                && !checkpoint.isStoredOtherwise(embedding)
                && !checkpoint.isStoredOtherwise(head);
        int step = (int) Math.max(1, VALUES_AT_ONCE / Math.max(1, tied.elements() / tied.size(0)));
        for (long row = 0; same && row < tied.size(0); row += step) {
            int rows = (int) Math.min(step, tied.size(0) - row);
            same = Arrays.equals(first.readRows(embedding, row, rows), second.readRows(head, row, rows));
        }
        if (!same) {
            throw new BadFile("The checkpoint " + checkpoint.directory() + " has a vocabulary head '" + head
                    + "' that differs from its embedding, but config.json ties them. Set tie_word_embeddings to false in"
                    + " config.json if the head is right, or remove it if it is not.");
        }
    }

    @Override
    public boolean has(String name) {
        return checkpoint.has(name);
    }

    @Override
    public Location locate(String name, long... shape) {
        others.put(name, requireFloat(checkpoint.tensor(name, shape)));
        return location(name);
    }

    @Override
    public Matrix matrix(String name, long out, long in) {
        matrices.put(name, requireFloat(checkpoint.tensor(name, out, in)));
        return new Plain(location(name));
    }

    @Override
    public Optional<Matrix> stacked(List<String> names, List<Long> out, long in) {
        stacks.add(List.copyOf(names));
        Optional<Matrix> together = DecoderWeights.super.stacked(names, out, in);
        if (together.isEmpty()) {
            apart.add(List.copyOf(names));
        }
        return together;
    }

    @Override
    public Matrix head(String name, long out, long in) {
        Location location = locate(name, out, in);
        head = checkpoint.tensor(name);
        return new Plain(location);
    }

    private Location location(String name) {
        return WeightFiles.location(
                checkpoint.tensor(name), String.valueOf(checkpoint.fileOf(name).getFileName()));
    }

    private TensorInfo requireFloat(TensorInfo tensor) {
        DType type = tensor.dtype();
        if (type != DType.F32 && type != DType.F16 && type != DType.BF16) {
            throw new BadFile("The checkpoint " + checkpoint.directory() + ": tensor '" + tensor.name() + "' is "
                    + type.safetensorsName() + "; supported: F32, F16, BF16.");
        }
        return tensor;
    }
}
