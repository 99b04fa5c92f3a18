package dev.steering.export.bake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.steering.core.AtomicFiles;
import dev.steering.core.BadRequest;
import dev.steering.core.ProgressListener;
import dev.steering.core.SteeringException;
import dev.steering.core.safetensors.DType;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.SafetensorsWriter;
import dev.steering.core.safetensors.TensorInfo;
import dev.steering.export.bundle.BundleDirectory;
import dev.steering.export.bundle.ModelTextFiles;
import dev.steering.export.bundle.WeightLinks;
import dev.steering.export.checkpoint.Checkpoint;
import dev.steering.export.decoder.DecoderSpec;
import dev.steering.export.decoder.Part;
import dev.steering.export.decoder.TensorNames;
import dev.steering.export.family.Families;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A Hugging Face checkpoint in which nothing writes along one direction into the residual stream: embedding, {@code o_proj} and {@code
 * down_proj} of every layer, with their biases (weight orthogonalisation, arXiv 2406.11717, appendix E). The same as projecting the
 * direction out of the embeddings and of what every attention and every MLP writes, at every token. Tied heads are untied: the head reads what it
 * read before.
 *
 * <p>Immutable and thread-safe.
 */
final class WeightAblation {
    private static final Set<DType> TYPES = Set.of(DType.F32, DType.F16, DType.BF16);
    private static final String INDEX = "model.safetensors.index.json";
    private static final String HEAD = "lm_head.weight";

    private final Checkpoint checkpoint;
    private final DecoderSpec spec;
    private final double[] direction;
    private final How how;
    private final Map<String, Boolean> targets;

    /**
     * Choices.
     *
     * @param keepNorms whether what is left of every column, row and bias is made as long as it was
     * @param single whether changed tensors are written in single precision instead of in their own type
     */
    record How(boolean keepNorms, boolean single) {}

    /**
     * What was written.
     *
     * @param tensors how many tensors were changed
     * @param files how many of the weight files were written anew, the others being linked
     * @param leftOver largest share of a written vector's length that still lies along the direction, after rounding
     * @param untied whether the head got a tensor of its own
     */
    record Written(int tensors, int files, double leftOver, boolean untied) {}

    /**
     * @param checkpoint a checkpoint
     * @param direction what is removed; only where it points matters
     * @param how choices
     * @throws SteeringException if the checkpoint is quantised, of an architecture that is not known, or norms what it writes
     */
    WeightAblation(Checkpoint checkpoint, float[] direction, How how) {
        this.checkpoint = checkpoint;
        this.spec = Families.read(checkpoint);
        this.direction = unit(direction);
        this.how = how;
        requireLinear();
        this.targets = targets();
        requireFloats();
    }

    private double[] unit(float[] from) {
        double squares = 0;
        for (float value : from) {
            squares += (double) value * value;
        }
        if (from.length != spec.hidden() || squares == 0) {
            throw new BadRequest("Not baked: expected a direction of " + spec.hidden()
                    + " numbers that are not all zero, found " + from.length + (squares == 0 ? " zeros" : "") + ".");
        }
        double[] unit = new double[from.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = from[i] / Math.sqrt(squares);
        }
        return unit;
    }

    private void requireLinear() {
        if (spec.flow().normsBehind()) {
            throw new BadRequest(
                    "Not baked: " + spec.architecture() + " norms what attention and MLP write before it is added"
                            + " to the stream, so that no change of their weights takes a direction out of it. Steer it at run time.");
        }
        boolean known = spec.experts() == null
                && spec.positions() == null
                && spec.perLayer() == null
                && spec.softmaxOnly()
                && !spec.norms().ofEmbedding()
                && !spec.names().inputRows();
        if (!known) {
            throw new BadRequest(
                    "Not baked: " + spec.architecture() + " writes into the stream by more than its embedding,"
                            + " attention and a plain MLP. Steer it at run time.");
        }
    }

    /** Names of what writes into the stream; true for those whose columns are written. */
    private Map<String, Boolean> targets() {
        TensorNames names = spec.names();
        Map<String, Boolean> found = new TreeMap<>();
        found.put(names.embedding(), false);
        for (int l = 0; l < spec.layers().size(); l++) {
            for (String writer : List.of(names.of(Part.OUTPUT, l), names.of(Part.DOWN, l))) {
                found.put(writer + ".weight", true);
                if (checkpoint.has(writer + ".bias")) {
                    found.put(writer + ".bias", false);
                }
            }
        }
        return found;
    }

    private void requireFloats() {
        for (String name : targets.keySet()) {
            if (!TYPES.contains(checkpoint.tensor(name).dtype())) {
                throw new BadRequest("Not baked: the checkpoint's tensor '" + name + "' is "
                        + checkpoint.tensor(name).dtype().safetensorsName()
                        + ", expected F32, F16 or BF16. Use a checkpoint that is not quantised.");
            }
        }
    }

    /**
     * @param target where to write: must not be there, or be empty
     * @param description what to put beside the weights, by file name
     * @param progress told how far it has come
     * @return what was written
     */
    Written write(Path target, Map<String, String> description, ProgressListener progress) {
        Baker.requireEmpty(target);
        double[] left = new double[1];
        int[] files = new int[1];
        BundleDirectory.replace(target, List.of(checkpoint.directory()), directory -> {
            for (Path file : checkpoint.files()) {
                Path place = directory.resolve(file.getFileName());
                if (SafetensorsFile.open(file).tensors().keySet().stream().anyMatch(this::isTarget)) {
                    progress.onProgress(
                            "writing weights", files[0], checkpoint.files().size());
                    left[0] = Math.max(left[0], rewrite(file, place));
                    files[0]++;
                } else {
                    WeightLinks.link(file, place, progress);
                }
            }
            ModelTextFiles.copy(checkpoint.directory(), directory);
            if (Files.isRegularFile(checkpoint.directory().resolve(INDEX))) {
                Files.copy(checkpoint.directory().resolve(INDEX), directory.resolve(INDEX));
            }
            describe(directory);
            for (Map.Entry<String, String> file : description.entrySet()) {
                AtomicFiles.writeText(directory.resolve(file.getKey()), file.getValue());
            }
        });
        return new Written(targets.size(), files[0], left[0], spec.names().tied());
    }

    private boolean isTarget(String name) {
        return targets.containsKey(name);
    }

    private double rewrite(Path from, Path to) {
        SafetensorsFile file = SafetensorsFile.open(from);
        SafetensorsWriter writer = new SafetensorsWriter();
        file.metadata().forEach(writer::metadata);
        Map<String, AblatedMatrix> changed = new LinkedHashMap<>();
        // In the file's own order of offsets, so that readers that map it find neighbours where they were.
        file.tensors().values().stream()
                .filter(tensor -> !(spec.names().tied() && tensor.name().equals(HEAD)))
                .sorted((a, b) -> Long.compare(a.offset(), b.offset()))
                .forEach(tensor -> {
                    long[] shape =
                            tensor.shape().stream().mapToLong(Long::longValue).toArray();
                    Boolean columns = targets.get(tensor.name());
                    if (columns == null) {
                        writer.streamed(tensor.name(), tensor.dtype(), out -> copy(from, tensor, out), shape);
                    } else {
                        DType type = how.single() ? DType.F32 : tensor.dtype();
                        AblatedMatrix matrix = new AblatedMatrix(file, tensor, direction, how.keepNorms(), type);
                        changed.put(tensor.name(), matrix);
                        writer.streamed(tensor.name(), type, columns ? matrix::columns : matrix::rows, shape);
                    }
                    if (spec.names().tied() && tensor.name().equals(spec.names().embedding())) {
                        // The head reads what it read before. Beside the embedding, which every loader finds.
                        writer.streamed(HEAD, tensor.dtype(), out -> copy(from, tensor, out), shape);
                    }
                });
        writer.write(to);
        return changed.values().stream()
                .mapToDouble(AblatedMatrix::leftOver)
                .max()
                .orElse(0);
    }

    private static void copy(Path from, TensorInfo tensor, FileChannel out) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
            long done = 0;
            while (done < tensor.bytes()) {
                long copied = in.transferTo(tensor.offset() + done, tensor.bytes() - done, out);
                if (copied <= 0) {
                    throw new IOException(from + " ended early");
                }
                done += copied;
            }
        }
    }

    /** Says in config.json and index what is another than in the checkpoint: the head's own tensor, and single precision. */
    private void describe(Path directory) throws IOException {
        ObjectMapper json = new ObjectMapper();
        Path config = directory.resolve("config.json");
        ObjectNode root = (ObjectNode) json.readTree(config.toFile());
        List<ObjectNode> parts = root.path("text_config").isObject()
                ? List.of(root, (ObjectNode) root.path("text_config"))
                : List.of(root);
        for (ObjectNode part : parts) {
            if (spec.names().tied()) {
                part.put("tie_word_embeddings", false);
            }
            for (String key : List.of("torch_dtype", "dtype")) {
                if (how.single() && part.has(key)) {
                    // Else loaders would round again what was not rounded here.
                    part.put(key, "float32");
                }
            }
        }
        if (spec.names().tied() || how.single()) {
            AtomicFiles.writeText(config, json.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n");
        }
        Path index = directory.resolve(INDEX);
        if (Files.exists(index)) {
            index(json, index);
        }
    }

    private void index(ObjectMapper json, Path index) throws IOException {
        String embedding = spec.names().embedding();
        ObjectNode shards = (ObjectNode) json.readTree(index.toFile());
        long bytes = shards.path("metadata").path("total_size").asLong();
        if (spec.names().tied()) {
            ((ObjectNode) shards.path("weight_map"))
                    .put(HEAD, String.valueOf(checkpoint.fileOf(embedding).getFileName()));
            bytes += checkpoint.tensor(embedding).bytes();
        }
        for (String name : targets.keySet()) {
            TensorInfo tensor = checkpoint.tensor(name);
            bytes += how.single() ? DType.F32.bytes(tensor.elements()) - tensor.bytes() : 0;
        }
        if (shards.path("metadata").path("total_size").isNumber()) {
            ((ObjectNode) shards.path("metadata")).put("total_size", bytes);
        }
        AtomicFiles.writeText(index, json.writerWithDefaultPrettyPrinter().writeValueAsString(shards) + "\n");
    }
}
