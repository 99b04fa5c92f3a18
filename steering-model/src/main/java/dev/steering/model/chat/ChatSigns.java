package dev.steering.model.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.core.bundle.Bundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells a chat model whose template is missing: asked without one it answers otherwise, and nothing would say so. */
public final class ChatSigns {
    private static final List<String> TOKENS = List.of(
            "<|im_start|>",
            "<|user|>",
            "<|assistant|>",
            "<|start_header_id|>",
            "<start_of_turn>",
            "<|turn>",
            "<|start_of_role|>",
            "<|START_OF_TURN_TOKEN|>",
            "[INST]",
            "<|User|>",
            "<｜User｜>",
            "<|header_start|>");
    private static final Pattern NAME = Pattern.compile("(^|[-_./ ])(instruct|chat|it|sft|dpo|assistant)($|[-_./ ])");

    private ChatSigns() {}

    /**
     * @param bundle a bundle
     * @return what shows that it is a chat model, in words, where it has no chat template; null if it has one, or is none
     * @throws dev.steering.core.SteeringException if its tokenizer files are damaged
     */
    public static @Nullable String withoutTemplate(Bundle bundle) {
        Path tokenizer = bundle.directory().resolve("tokenizer.json");
        if (PromptFormat.of(bundle).isChat()) {
            return null;
        }
        for (JsonNode added : TextFiles.objectOrEmpty(tokenizer).path("added_tokens")) {
            String token = added.path("content").asText();
            if (TOKENS.contains(token)) {
                return "its tokenizer has the token " + token;
            }
        }
        String name = bundle.manifest().name();
        return NAME.matcher(name.toLowerCase(Locale.ROOT)).find() ? "it is called '" + name + "'" : null;
    }
}
