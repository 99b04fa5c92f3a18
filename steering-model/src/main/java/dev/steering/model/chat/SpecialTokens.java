package dev.steering.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.SteeringException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The named special tokens of a tokenizer, which templates see as variables. Stateless and thread-safe. */
public final class SpecialTokens {
    /** The names that Hugging Face transformers hands to templates. */
    private static final List<String> NAMES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private SpecialTokens() {}

    /**
     * Reads {@code tokenizer_config.json}; what it does not mention comes from {@code special_tokens_map.json}. A token is a
     * string or an object with {@code content}; null means that the tokenizer has none.
     *
     * @param directory with either file or none
     * @return text of each token by name, such as {@code bos_token}; unmodifiable, in a fixed order
     * @throws SteeringException if a file is damaged
     */
    public static Map<String, String> read(Path directory) {
        JsonNode config = TextFiles.objectOrEmpty(directory.resolve("tokenizer_config.json"));
        JsonNode map = TextFiles.objectOrEmpty(directory.resolve("special_tokens_map.json"));
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : NAMES) {
            JsonNode token = config.has(name) ? config.path(name) : map.path(name);
            JsonNode text = token.isObject() ? token.path("content") : token;
            if (text.isTextual()) {
                tokens.put(name, text.asText());
            }
        }
        return Collections.unmodifiableMap(tokens);
    }
}
