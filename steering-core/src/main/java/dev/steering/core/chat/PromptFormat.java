package dev.steering.core.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.steering.core.SteeringException;
import dev.steering.core.bundle.Bundle;
import dev.steering.core.template.ChatTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a user's words become the text that the model reads: through its chat template, or unchanged. Immutable and
 * thread-safe.
 */
public final class PromptFormat {
    private final @Nullable ChatTemplate template;
    private final Map<String, String> specialTokens;

    private PromptFormat(@Nullable ChatTemplate template, Map<String, String> specialTokens) {
        this.template = template;
        this.specialTokens = specialTokens;
    }

    /** @return prompts are used as they are, with the tokenizer's own begin token */
    public static PromptFormat plain() {
        return new PromptFormat(null, Map.of());
    }

    /**
     * @param bundle a bundle with a {@code chat_template.jinja} or a {@code chat_template} in its
     *     {@code tokenizer_config.json}
     * @return the model's own chat format, or the plain one if it has none
     * @throws SteeringException if the template or the tokenizer's configuration is damaged
     */
    public static PromptFormat of(Bundle bundle) {
        Path file = bundle.optionalFile("tokenizer_config.json");
        JsonNode config = file == null ? new ObjectMapper().createObjectNode() : json(file);
        Path jinja = bundle.optionalFile("chat_template.jinja");
        String source = jinja != null ? text(jinja) : templateIn(config);
        if (source == null) {
            return plain();
        }
        Map<String, String> tokens = new LinkedHashMap<>();
        for (String name : List.of("bos_token", "eos_token", "unk_token", "pad_token")) {
            JsonNode token = config.path(name).isObject() ? config.path(name).path("content") : config.path(name);
            if (token.isTextual()) {
                tokens.put(name, token.asText());
            }
        }
        return new PromptFormat(ChatTemplate.parse(source), tokens);
    }

    /** @return whether prompts go through a chat template */
    public boolean isChat() {
        return template != null;
    }

    /**
     * @param prompt what the user says
     * @param system the system prompt; null for none
     * @return the text up to where the answer begins
     * @throws SteeringException if the template refuses, e.g. because the model knows no system prompts
     */
    public String render(String prompt, @Nullable String system) {
        if (template == null) {
            return system == null ? prompt : system + "\n\n" + prompt;
        }
        List<Map<String, String>> messages = new ArrayList<>();
        if (system != null) {
            messages.add(Map.of("role", "system", "content", system));
        }
        messages.add(Map.of("role", "user", "content", prompt));
        Map<String, Object> context = new LinkedHashMap<>(specialTokens);
        context.put("messages", messages);
        context.put("add_generation_prompt", true);
        return template.render(context);
    }

    /** One template, or a list of named ones of which "default" is meant. */
    private static @Nullable String templateIn(JsonNode config) {
        JsonNode template = config.path("chat_template");
        if (template.isTextual()) {
            return template.asText();
        }
        for (JsonNode named : template) {
            if (named.path("name").asText().equals("default")) {
                return named.path("template").asText();
            }
        }
        return null;
    }

    private static JsonNode json(Path file) {
        try {
            return new ObjectMapper().readTree(text(file));
        } catch (IOException e) {
            throw new SteeringException(file + " is not valid JSON: " + e.getMessage(), e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SteeringException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
