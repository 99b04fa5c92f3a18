package dev.steering.export.instrument;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.BadFile;
import dev.steering.core.IoReason;
import dev.steering.core.JsonMessages;
import dev.steering.export.bundle.BoundaryTokens;
import dev.steering.export.checkpoint.ConfigReader;
import dev.steering.export.checkpoint.ContextLimit;
import dev.steering.export.checkpoint.ModelName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lies beside an ONNX file and says what the graph does not: config.json, generation_config.json, genai_config.json.
 *
 * @param directories where they and the tokenizer are looked for, the most important last
 * @param config config.json, or an empty object
 * @param generation generation_config.json, or an empty object
 * @param genai genai_config.json, or an empty object
 */
record ModelConfig(List<Path> directories, JsonNode config, JsonNode generation, JsonNode genai) {
    /** Where nothing says how long a context may be, the runtime does not limit it. */
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private static final String GENAI_CONTEXT = "context_length";

    private static final List<String> CONTEXT = List.of(
            "max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "max_sequence_length", "seq_length");

    private static final List<String> LAYERS =
            List.of("num_hidden_layers", "n_layer", "num_layers", "n_layers", "num_decoder_layers");

    /** Models that also see or hear keep the language model's numbers in one of these. */
    private static final List<String> PARTS = List.of("", "text_config", "llm_config", "language_config", "decoder");

    ModelConfig {
        directories = List.copyOf(directories);
    }

    /** Hubs keep ONNX files in a folder {@code onnx} below the tokenizer. */
    static ModelConfig beside(Path model, @Nullable Path given) {
        Path own = model.toAbsolutePath().normalize().resolveSibling("");
        List<Path> directories;
        if (given != null) {
            if (!Files.isDirectory(given)) {
                throw new BadFile("No directory " + given + ": expected one with tokenizer.json and config.json.");
            }
            directories = List.of(given);
        } else if (own.endsWith("onnx") && own.getParent() != null) {
            directories = List.of(own.getParent(), own);
        } else {
            directories = List.of(own);
        }
        return new ModelConfig(
                directories,
                json(directories, "config.json"),
                json(directories, "generation_config.json"),
                json(directories, "genai_config.json").path("model"));
    }

    String architecture() {
        return config.path("model_type").asText(genai.path("type").asText("onnx"));
    }

    String name() {
        return ModelName.of(config.path("_name_or_path").asText(""), directories.get(0));
    }

    int context() {
        ConfigReader reader = new ConfigReader(config, "config.json");
        for (String key : CONTEXT) {
            if (reader.has(key)) {
                return ContextLimit.require(reader, key);
            }
        }
        ConfigReader other = new ConfigReader(genai, "genai_config.json");
        return other.has(GENAI_CONTEXT) ? ContextLimit.require(other, GENAI_CONTEXT) : UNLIMITED;
    }

    /** Throws if a size is none: before anything is made. */
    void requireSizes() {
        int unused = context();
    }

    /** How many decoder blocks the model has; null where nothing says. */
    @Nullable
    Integer layers() {
        for (JsonNode root : List.of(config, genai)) {
            for (String part : PARTS) {
                JsonNode from = part.isEmpty() ? root : root.path(part);
                for (String key : LAYERS) {
                    if (from.path(key).isInt()) {
                        return from.path(key).asInt();
                    }
                }
            }
        }
        return null;
    }

    @Nullable
    Integer beginToken() {
        Integer begin = BoundaryTokens.begin(config, generation);
        return begin == null ? BoundaryTokens.begin(genai, generation) : begin;
    }

    List<Integer> endTokens() {
        List<Integer> end = BoundaryTokens.end(config, generation);
        return end.isEmpty() ? BoundaryTokens.end(genai, generation) : end;
    }

    private static JsonNode json(List<Path> directories, String name) {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode found = mapper.createObjectNode();
        for (Path directory : directories) {
            Path file = directory.resolve(name);
            try {
                if (Files.isRegularFile(file)) {
                    found = mapper.readTree(Files.readString(file, StandardCharsets.UTF_8));
                }
            } catch (JsonProcessingException e) {
                throw new BadFile(file + " is not valid JSON: " + JsonMessages.of(e), e);
            } catch (IOException e) {
                throw new BadFile("Cannot read " + file + ": " + IoReason.of(e), e);
            }
        }
        return found;
    }
}
