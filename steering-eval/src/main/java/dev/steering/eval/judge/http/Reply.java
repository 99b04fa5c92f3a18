package dev.steering.eval.judge.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a chat interface replied.
 *
 * @param text the first choice's text; null if it has none
 * @param filtered whether the interface held the text back, or the model declined in the field for that: asking again changes nothing
 * @param foreign whether the body is none of a chat interface, such as a proxy's page
 * @param problem what is wrong with it, in words; empty if nothing is
 */
record Reply(@Nullable String text, boolean filtered, boolean foreign, String problem) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What OpenAI, Azure and others call it, as {@code finish_reason} or as the code of an error. */
    private static final Set<String> FILTERS = Set.of("content_filter", "content_policy_violation", "safety");

    /**
     * Reads the body of a reply with status 200: a text, a list of parts of which those with a text count, or nothing.
     *
     * @param body the body
     */
    static Reply of(String body) {
        JsonNode choice;
        try {
            choice = JSON.readTree(body).path("choices").path(0);
        } catch (JsonProcessingException e) {
            return new Reply(null, false, true, "an unusable reply that is no JSON");
        }
        if (!choice.isObject()) {
            return new Reply(null, false, true, "an unusable reply without choices");
        }
        JsonNode message = choice.path("message");
        String finish = choice.path("finish_reason").asText("");
        if (FILTERS.contains(finish)) {
            return new Reply(null, true, false, "the content filter held the reply back");
        }
        if (message.path("refusal").isTextual() && !message.path("content").isTextual()) {
            return new Reply(null, true, false, "the judging model declined to judge");
        }
        String text = text(message.path("content"));
        if (text == null) {
            String cut = finish.equals("length") ? ", because the limit of its tokens came first" : "";
            return new Reply(null, false, false, "an unusable reply without a text" + cut);
        }
        return new Reply(text, false, false, "");
    }

    /** Whether a body with another status says that a filter refused to look at the request. */
    static boolean isFilter(String body) {
        try {
            JsonNode error = JSON.readTree(body).path("error");
            return FILTERS.contains(error.path("code").asText(""))
                    || FILTERS.contains(error.path("type").asText(""));
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static @Nullable String text(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        StringBuilder text = new StringBuilder();
        boolean found = false;
        for (JsonNode part : content) {
            JsonNode piece = part.isTextual() ? part : part.path("text");
            boolean thought = part.path("type").asText("").matches("thinking|reasoning|reasoning_text");
            if (piece.isTextual() && !thought) {
                text.append(piece.textValue());
                found = true;
            }
        }
        return found ? text.toString() : null;
    }
}
