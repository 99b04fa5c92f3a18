package dev.steering.export;

import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderWeights;
import dev.steering.export.decoder.TensorNames;
import dev.steering.export.graph.ElementType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A checkpoint's weight files at their place in the bundle, remembering which tensors the graph has used. */
final class WeightFiles implements DecoderWeights {
    /** Tables that old checkpoints store and that config.json determines. */
    private static final String DERIVED = "rotary_emb.inv_freq";

    private final Checkpoint checkpoint;
    private final Set<String> used = new HashSet<>();

    private WeightFiles(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
    }

    static WeightFiles place(Checkpoint checkpoint, Path directory, ExportOptions options) throws IOException {
        int done = 0;
        for (Path file : checkpoint.files()) {
            String stage = options.copyWeights() ? "copying weights" : "linking weights";
            options.progress().onProgress(stage, done++, checkpoint.files().size());
            Path target = directory.resolve(file.getFileName());
            if (options.copyWeights()) {
                Files.copy(file.toRealPath(), target);
            } else {
                link(file.toRealPath(), target, options);
            }
            options.progress().onProgress(stage, done, checkpoint.files().size());
        }
        return new WeightFiles(checkpoint);
    }

    /**
     * A hard link outlives the checkpoint's directory. ONNX Runtime refuses symbolic links that lead out of the bundle, so
     * across file systems only a copy is left.
     */
    private static void link(Path file, Path target, ExportOptions options) throws IOException {
        try {
            Files.createLink(target, file);
        } catch (IOException | UnsupportedOperationException e) {
            options.progress().onProgress("copying weights (cannot be linked)", 0, 1);
            Files.copy(file, target);
        }
    }

    @Override
    public boolean has(String name) {
        return checkpoint.has(name);
    }

    @Override
    public Location locate(String name, long... shape) {
        TensorInfo tensor = checkpoint.tensor(name, shape);
        used.add(name);
        return new Location(fileOf(name), type(tensor), tensor.shape(), tensor.offset(), tensor.bytes());
    }

    String fileOf(String name) {
        return String.valueOf(checkpoint.fileOf(name).getFileName());
    }

    List<String> fileNames() {
        return checkpoint.files().stream()
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
    }

    /** A tensor that the graph has no place for means that the checkpoint computes something else. */
    void requireAllUsed(TensorNames names) {
        Set<String> unused = new TreeSet<>(checkpoint.tensorNames());
        unused.removeAll(used);
        unused.removeIf(name -> name.endsWith(DERIVED)
                || names.otherParts().stream().anyMatch(name::startsWith)
                || (names.tied() && name.endsWith("lm_head.weight")));
        if (!unused.isEmpty()) {
            throw new SteeringException("The checkpoint " + checkpoint.directory() + " has " + unused.size()
                    + " tensors that this architecture has no place for, first '"
                    + unused.iterator().next()
                    + "'. It is not the model that config.json says, and exporting it would be unfaithful.");
        }
    }

    private ElementType type(TensorInfo tensor) {
        DType dtype = tensor.dtype();
        return switch (dtype) {
            case F32 -> ElementType.FLOAT32;
            case F16 -> ElementType.FLOAT16;
            case BF16 -> ElementType.BFLOAT16;
            default ->
                throw new SteeringException("The checkpoint " + checkpoint.directory() + ": tensor '" + tensor.name()
                        + "' is " + dtype.safetensorsName() + "; supported: F32, F16, BF16.");
        };
    }
}
