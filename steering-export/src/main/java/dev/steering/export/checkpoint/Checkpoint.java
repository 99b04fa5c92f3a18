package dev.steering.export.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.FileNames;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import dev.steering.core.SteeringException;
import dev.steering.core.foreign.ForeignModel;
import dev.steering.core.safetensors.SafetensorsFile;
import dev.steering.core.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A Hugging Face checkpoint on disk: {@code config.json} and one or several safetensors files, of which only the headers are
 * read. Immutable and thread-safe.
 */
public final class Checkpoint {
    /** In a bundle that an adapter was merged into: the matrices that it changed, which stand for those of the checkpoint's own files: it comes first. */
    public static final String MERGED = "adapter-merged.safetensors";

    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final int NAMED = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final JsonNode config;
    private final List<Path> paths;
    private final Map<String, Path> fileOfTensor;
    private final Map<Path, SafetensorsFile> files;
    private final Map<String, TensorInfo> stated;

    private Checkpoint(
            Path directory,
            JsonNode config,
            List<Path> paths,
            Map<String, Path> fileOfTensor,
            Map<Path, SafetensorsFile> files,
            Map<String, TensorInfo> stated) {
        this.directory = directory;
        this.config = config;
        this.paths = List.copyOf(paths);
        this.fileOfTensor = fileOfTensor;
        this.files = files;
        this.stated = stated;
    }

    /**
     * @param directory with {@code config.json} and {@code model.safetensors} or {@code model.safetensors.index.json}; also a bundle in
     *     single or half precision, merged matrices included
     * @return the checkpoint
     * @throws SteeringException if a file is missing or damaged
     */
    public static Checkpoint open(Path directory) {
        if (!isCheckpoint(directory)) {
            BadFile foreign = ForeignModel.at(directory);
            if (foreign != null) {
                throw foreign;
            }
        }
        if (!Files.isDirectory(directory)) {
            throw new BadFile("No checkpoint at " + directory + ": there is no such directory. Expected a"
                    + " Hugging Face checkpoint: a folder with config.json, tokenizer.json and *.safetensors.");
        }
        List<Path> files = new ArrayList<>();
        Path merged = directory.resolve(MERGED);
        if (Files.isRegularFile(merged)) {
            files.add(merged);
        }
        files.addAll(weightFiles(directory));
        return open(directory, files);
    }

    /**
     * @param directory with {@code config.json}
     * @param weightFiles the safetensors files that hold the weights
     * @return the checkpoint
     * @throws SteeringException if a file is missing or damaged
     */
    public static Checkpoint open(Path directory, List<Path> weightFiles) {
        JsonNode config = readJson(directory.resolve("config.json"), "Every Hugging Face checkpoint has one.");
        Map<Path, SafetensorsFile> files = new LinkedHashMap<>();
        Map<String, Path> fileOfTensor = new LinkedHashMap<>();
        for (Path file : weightFiles) {
            SafetensorsFile open = SafetensorsFile.open(file);
            files.put(file, open);
            open.tensors().keySet().forEach(name -> fileOfTensor.putIfAbsent(name, file));
        }
        return new Checkpoint(directory, config, weightFiles, fileOfTensor, files, Map.of());
    }

    /**
     * @param directory with {@code config.json} and a tokenizer
     * @param file of another kind that holds the weights
     * @param tensors what is in it; their values cannot be read from the checkpoint
     * @return the checkpoint
     */
    public static Checkpoint of(Path directory, Path file, Map<String, TensorInfo> tensors) {
        JsonNode config = readJson(directory.resolve("config.json"), "");
        return new Checkpoint(directory, config, List.of(file), Map.of(), Map.of(), Map.of())
                .seenAs(config, tensors, Set.of());
    }

    /**
     * The checkpoint as if it had other tensors: what quantised ones stand for. Their values cannot be read from it.
     *
     * @param otherConfig its config
     * @param others tensors that are not in its files, or otherwise
     * @param hidden names of tensors that it seems not to have
     * @return the checkpoint that is seen
     */
    public Checkpoint seenAs(JsonNode otherConfig, Map<String, TensorInfo> others, Set<String> hidden) {
        Map<String, Path> seen = new LinkedHashMap<>(fileOfTensor);
        seen.keySet().removeAll(hidden);
        others.keySet().forEach(name -> seen.put(name, files().get(0)));
        return new Checkpoint(directory, otherConfig, paths, seen, files, Map.copyOf(others));
    }

    /**
     * @param name tensor name
     * @return whether it is stored as something else, so that its values cannot be read
     */
    public boolean isStoredOtherwise(String name) {
        return stated.containsKey(name);
    }

    /** @return where it is */
    public Path directory() {
        return directory;
    }

    /** @return the parsed {@code config.json}; not to be changed */
    public JsonNode config() {
        return config;
    }

    /** @return the weight files, in order */
    public List<Path> files() {
        return paths;
    }

    /** @return the weight files' names, in order */
    public List<String> fileNames() {
        return files().stream().map(file -> String.valueOf(file.getFileName())).toList();
    }

    /** @return names of all tensors */
    public Set<String> tensorNames() {
        return Set.copyOf(fileOfTensor.keySet());
    }

    /**
     * @param name tensor name
     * @return whether it is there
     */
    public boolean has(String name) {
        return fileOfTensor.containsKey(name);
    }

    /**
     * @param name tensor name
     * @return the file that holds it
     * @throws SteeringException if no file does
     */
    public Path fileOf(String name) {
        Path file = fileOfTensor.get(name);
        if (file == null) {
            throw new BadFile("The checkpoint " + directory + " has no tensor '" + name + "' (it has "
                    + fileOfTensor.size() + " tensors in " + files.size()
                    + " files). Is a shard missing, or is config.json of another model?");
        }
        return file;
    }

    /**
     * @param name tensor name
     * @param shape the shape that config.json implies
     * @return where it is in its file
     * @throws SteeringException if it is missing or of another shape
     */
    public TensorInfo tensor(String name, long... shape) {
        TensorInfo other = stated.get(name);
        if (other == null) {
            return open(name).tensor(name, shape);
        }
        if (!other.shape().equals(Arrays.stream(shape).boxed().toList())) {
            throw new BadFile(
                    "The checkpoint " + directory + ": tensor '" + name + "', which is stored quantised, has the"
                            + " shape " + other.shape() + ", expected " + Arrays.toString(shape) + ".");
        }
        return other;
    }

    /**
     * @param name tensor name
     * @return where it is in its file
     * @throws SteeringException if it is missing
     */
    public TensorInfo tensor(String name) {
        TensorInfo other = stated.get(name);
        return other == null ? open(name).tensor(name) : other;
    }

    /**
     * @param name tensor name
     * @return the file that holds it, to read its values from
     * @throws SteeringException if no file does
     */
    public SafetensorsFile open(String name) {
        return Objects.requireNonNull(files.get(fileOf(name)));
    }

    /** @return the parsed {@code generation_config.json}; an empty object if there is none */
    public JsonNode generationConfig() {
        Path file = directory.resolve("generation_config.json");
        return Files.isRegularFile(file) ? readJson(file, "") : JSON.createObjectNode();
    }

    private static boolean isCheckpoint(Path directory) {
        boolean weights =
                Files.isRegularFile(directory.resolve(SINGLE)) || Files.isRegularFile(directory.resolve(INDEX));
        return weights && Files.isRegularFile(directory.resolve("config.json"));
    }

    private static List<Path> weightFiles(Path directory) {
        Path index = directory.resolve(INDEX);
        if (!Files.exists(index)) {
            Path single = directory.resolve(SINGLE);
            if (!Files.isRegularFile(single)) {
                throw new BadFile("The checkpoint " + directory + " has neither " + SINGLE + " nor " + INDEX
                        + ". Weights in other formats (.bin, .gguf) have to be saved as safetensors first.");
            }
            return List.of(single);
        }
        JsonNode map = readJson(index, "").path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new BadFile(index + " has no weight_map: expected an object from tensor to file name.");
        }
        Set<String> names = new TreeSet<>();
        map.forEach(node -> names.add(node.asText()));
        List<Path> shards =
                names.stream().map(name -> shard(directory, index, name)).toList();
        requireComplete(index, shards);
        return shards;
    }

    private static void requireComplete(Path index, List<Path> shards) {
        List<String> missing = shards.stream()
                .filter(file -> !Files.isRegularFile(file))
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
        if (!missing.isEmpty()) {
            throw new BadFile(
                    index + " names " + shards.size() + " files, of which " + missing.size() + " are missing: "
                            + String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())))
                            + (missing.size() > NAMED ? ", ..." : "")
                            + ". Was the download interrupted? Download the model again.");
        }
    }

    private static Path shard(Path directory, Path index, String name) {
        Path file = FileNames.beside(index, name);
        if (name.isEmpty() || !isChild(directory, file)) {
            throw new BadFile(index + " names a weight file outside the checkpoint: '" + name + "'.");
        }
        return file;
    }

    private static boolean isChild(Path directory, Path file) {
        return directory
                .toAbsolutePath()
                .normalize()
                .equals(file.toAbsolutePath().normalize().getParent());
    }

    /**
     * @param file a JSON file
     * @param hint what to do if it cannot be read; may be empty
     * @return the object in it
     * @throws SteeringException if it cannot be read or is no object
     */
    public static JsonNode readJson(Path file, String hint) {
        try {
            JsonNode node = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
            if (!node.isObject()) {
                throw new BadFile(file + " is not a JSON object. " + hint);
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new BadFile(file + " is not valid JSON: " + JsonMessages.of(e), e);
        } catch (IOException e) {
            throw new BadFile("Cannot read " + file + " (" + IoReason.of(e) + "). " + hint, e);
        }
    }
}
