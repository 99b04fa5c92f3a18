package dev.steering.core.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.Remedy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Directories that people give for a model's. */
final class ForeignDirectory {
    private static final String MANIFEST = "steering.json";
    private static final String CACHED = "models--";
    private static final List<String> PYTORCH = List.of(".bin", ".pt", ".pth", ".ckpt");
    private static final List<String> OTHER_FRAMEWORKS = List.of(".h5", ".msgpack", ".nemo", ".mlpackage");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final List<Path> files;

    private ForeignDirectory(Path directory) {
        this.directory = directory;
        this.files = children(directory);
    }

    static @Nullable BadFile recognise(Path directory) {
        return new ForeignDirectory(directory).recognise();
    }

    private @Nullable BadFile recognise() {
        if (has("snapshots") || name(directory).startsWith(CACHED)) {
            return cacheRoot();
        }
        if (files.stream().anyMatch(file -> name(file).startsWith(CACHED))) {
            return error("is a cache of the Hugging Face hub with several models. Give the folder of one: "
                    + files.stream()
                            .filter(file -> name(file).startsWith(CACHED))
                            .limit(4)
                            .toList()
                    + ", and in it snapshots/REVISION.");
        }
        BadFile incomplete = incomplete();
        if (incomplete != null) {
            return incomplete;
        }
        if (has("adapter_config.json") && !hasWeights()) {
            return adapter();
        }
        if (has(MANIFEST)) {
            return error("is a model bundle already, not a checkpoint: use it as a model.");
        }
        BadFile config = configured();
        return config == null ? otherWeights() : config;
    }

    private BadFile cacheRoot() {
        Path snapshots = directory.resolve("snapshots");
        List<Path> revisions =
                children(snapshots).stream().filter(Files::isDirectory).toList();
        if (revisions.isEmpty()) {
            return error(
                    "is a folder of the Hugging Face hub's cache, but has no snapshot: the download is not complete."
                            + " Download the model again.");
        }
        String main = read(directory.resolve("refs").resolve("main")).strip();
        Path current = main.isEmpty() ? revisions.get(0) : snapshots.resolve(main);
        Path revision = revisions.contains(current) ? current : revisions.get(0);
        return error("is a folder of the Hugging Face hub's cache. The model lies in one of its snapshots: give "
                + revision + (revisions.size() > 1 ? " (or another of " + revisions.size() + ")." : "."));
    }

    /** Links without files, pointers instead of files, and what downloads leave when they are interrupted. */
    private @Nullable BadFile incomplete() {
        if (files.isEmpty()) {
            return error("is empty. Is it the right folder, or was a download interrupted?");
        }
        List<Path> partial = Stream.concat(
                        files.stream(), children(directory.resolve(".cache/huggingface/download")).stream())
                .filter(file -> name(file).endsWith(".incomplete"))
                .toList();
        if (!partial.isEmpty()) {
            return error("is a download that is not complete: " + name(partial.get(0))
                    + (partial.size() > 1 ? " and " + (partial.size() - 1) + " more" : "")
                    + ". Download the model again: what is there is kept.");
        }
        for (Path file : files) {
            if (Files.isSymbolicLink(file) && !Files.exists(file)) {
                return error("is a download that is not complete: " + name(file)
                        + " is a link to a file that is not there." + " Download the model again.");
            }
            String what = Files.isRegularFile(file) ? ForeignFile.describe(file) : null;
            if (what != null && what.contains("Git LFS")) {
                return error("holds Git LFS pointers instead of files, " + name(file)
                        + " for example. Run 'git lfs pull'" + " in it.");
            }
        }
        return null;
    }

    private BadFile adapter() {
        String base =
                json("adapter_config.json").path("base_model_name_or_path").asText("");
        return error("is an adapter (LoRA or the like), not a model: adapter_config.json and changes to the weights of "
                + (base.isEmpty() ? "a base model" : "'" + base + "'")
                + ". Merge it into that model first (in Python: peft's merge_and_unload, then save_pretrained), and use the"
                + " merged checkpoint.");
    }

    private @Nullable BadFile configured() {
        JsonNode config = json("config.json");
        if (has("modules.json") && (has("config_sentence_transformers.json") || has("sentence_bert_config.json"))) {
            return error(
                    "is a sentence-transformer: it turns texts into vectors and writes none, so there is nothing to"
                            + " steer.");
        }
        String noDecoder = ModelConfiguration.noDecoder(config);
        if (noDecoder != null) {
            return error("is " + noDecoder + ". Expected a decoder, a causal language model.");
        }
        String quantization = ModelConfiguration.quantization(config);
        return quantization == null || !ModelConfiguration.isQuantizedOtherwise(config)
                ? null
                : error("is a checkpoint with quantised weights (" + quantization
                        + "), which cannot be exported. Use the original checkpoint: it can be rounded to 8 or 4 bits by"
                        + " export.");
    }

    private @Nullable BadFile otherWeights() {
        if (ends(List.of(".gguf")) != null) {
            return error("has a GGUF file of llama.cpp, " + ends(List.of(".gguf"))
                    + ". Export that file itself, or fetch the model's original safetensors checkpoint.");
        }
        if (hasWeights()) {
            return has("config.json")
                    ? null
                    : error("has weights (safetensors), but no config.json, without which nobody knows what they are."
                            + " Download the whole model.");
        }
        if (ends(PYTORCH) != null) {
            return error("has its weights in a PyTorch file (Python pickle), " + ends(PYTORCH)
                    + ". Save the model as safetensors (in Python: from_pretrained, then save_pretrained), or fetch a"
                    + " revision that has them.");
        }
        if (ends(OTHER_FRAMEWORKS) != null) {
            return error("has the weights of another framework, " + ends(OTHER_FRAMEWORKS)
                    + ". Save the model as safetensors, or export it to ONNX.");
        }
        String graph = ends(List.of(".onnx"));
        if (graph != null || has("onnx")) {
            BadFile error =
                    error("has an ONNX model and no safetensors: it has to be instrumented instead of exported.");
            error.withRemedy(Remedy.INSTRUMENT_ONNX);
            return error;
        }
        return has("config.json")
                ? error("has a config.json, but no weights: is the download complete? Expected model.safetensors, or"
                        + " shards with their index.")
                : null;
    }

    private BadFile error(String what) {
        return new BadFile(directory + " " + what);
    }

    private boolean hasWeights() {
        return files.stream().anyMatch(file -> {
            String name = name(file);
            return name.endsWith(".safetensors") && !name.startsWith("adapter_");
        });
    }

    private boolean has(String name) {
        return Files.exists(directory.resolve(name));
    }

    private @Nullable String ends(List<String> endings) {
        return files.stream()
                .map(ForeignDirectory::name)
                .filter(name -> endings.stream().anyMatch(name::endsWith) && !name.equals("training_args.bin"))
                .findFirst()
                .orElse(null);
    }

    private JsonNode json(String name) {
        try {
            return JSON.readTree(read(directory.resolve(name)));
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    private static String read(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            return "";
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static List<Path> children(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
