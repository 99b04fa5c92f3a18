package dev.steering.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.steering.apply.Message;
import dev.steering.apply.Role;
import dev.steering.server.http.HttpError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The conversation of a request. */
public final class ConversationFields {
    private static final Set<String> OFF = Set.of("none", "[]", "auto", "false", "true");

    private ConversationFields() {}

    /**
     * @param fields a request's fields
     * @param most most messages
     * @return its messages
     * @throws HttpError with status 400 if they are not there, too many, or no text
     */
    public static List<Message> read(RequestFields fields, int most) {
        fields.refuse("tools", OFF, "this server calls no tools.");
        fields.refuse("functions", OFF, "this server calls no functions.");
        fields.refuse("tool_choice", OFF, "this server calls no tools.");
        fields.refuse("function_call", OFF, "this server calls no functions.");
        fields.refuse("parallel_tool_calls", OFF, "this server calls no tools.");
        fields.refuse("modalities", Set.of("[\"text\"]"), "this server writes text only.");
        fields.refuse("audio", Set.of(), "this server writes text only.");
        JsonNode messages = fields.get("messages");
        if (messages == null || !messages.isArray() || messages.isEmpty()) {
            throw fields.wrong("messages", "must be a list of at least one message");
        }
        if (messages.size() > most) {
            throw fields.wrong("messages", "has " + messages.size() + " messages, " + most + " at most");
        }
        List<Message> read = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            String place = "messages[" + i + "]";
            RequestFields message = RequestFields.of(messages.get(i), place);
            String role = message.text("role");
            read.add(new Message(role(role, place), content(message.get("content"), place)));
            message.refuse("tool_calls", OFF, "this server calls no tools.");
            message.refuse("function_call", OFF, "this server calls no functions.");
            List.of("name", "refusal", "annotations", "audio").forEach(message::has);
            message.requireNoMore();
        }
        return read;
    }

    private static Role role(@Nullable String role, String place) {
        if (role == null) {
            throw HttpError.badField(place + ".role", "'" + place + ".role' must be system, user or assistant.");
        }
        return switch (role) {
            case "system", "developer" -> Role.SYSTEM;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default ->
                throw HttpError.badField(
                        place + ".role", "'" + place + ".role' must be system, developer, user or assistant.");
        };
    }

    private static String content(@Nullable JsonNode content, String place) {
        String where = place + ".content";
        if (content != null && content.isTextual()) {
            return content.textValue();
        }
        if (content == null || !content.isArray()) {
            throw HttpError.badField(where, "'" + where + "' must be a text or a list of parts of the type text.");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("type").asText("").equals("text")
                    || !part.path("text").isTextual()) {
                throw HttpError.badField(
                        where, "'" + where + "': parts must be of the type text; this server reads nothing else.");
            }
            text.append(part.path("text").textValue());
        }
        return text.toString();
    }
}
